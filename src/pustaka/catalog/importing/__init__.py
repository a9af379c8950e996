"""The inside of an import, step by step: reading, staging, settling, undoing. `services.imports` is its face."""
