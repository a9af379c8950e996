"""Writes of the catalogue: imports, exports, records and copies."""
