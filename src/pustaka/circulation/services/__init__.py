"""Writes of lending. Locks are taken in one order everywhere: the person, then the copy."""
