"""Reporting: daily facts, reports of use, and indicators that convince a rector."""
