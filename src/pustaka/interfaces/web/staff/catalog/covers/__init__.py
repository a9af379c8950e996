"""The page of a title's cover."""
