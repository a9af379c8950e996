"""Branches: where the library is, and where in it a shelf stands."""
