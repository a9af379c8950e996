"""Notices: what the library tells people, in whose words, and whether it arrived."""
