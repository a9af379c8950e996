"""The read API: the catalogue for programs, described by its own OpenAPI document at /api/openapi.json."""
