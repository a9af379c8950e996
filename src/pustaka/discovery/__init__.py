"""Discovery: one search over everything that the library has."""
