"""Circulation: loans, holds, the rules of lending, and copies on their way."""
