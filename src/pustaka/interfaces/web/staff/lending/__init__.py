"""The rules of lending, and the calendar of the libraries."""
