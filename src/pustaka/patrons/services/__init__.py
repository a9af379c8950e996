"""Writes about people: who they are, what they hold, what they owe."""
