"""The catalogue: what the library owns, as MARC records, authorities, holdings and copies."""
