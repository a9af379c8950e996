"""Pustaka Mandiri: the university library that carries self-directed learning."""
