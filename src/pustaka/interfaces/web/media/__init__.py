"""Pictures as the pages show them: for everyone, for ever, by the digest of their bytes."""
