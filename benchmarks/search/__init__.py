"""How quickly the search answers, next to SQLite's FTS5 and a `LIKE` search on the same titles in the same run."""
