"""Measured work, each with its own command. Ratios against a named reference of the same run, never a bare time."""
