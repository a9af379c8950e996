"""The ground floor: errors, actors, events, adapter lookup. A closed list; nothing is added without an ADR."""
