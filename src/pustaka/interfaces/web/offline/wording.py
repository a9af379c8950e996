from django.utils.translation import gettext_lazy as _

# The shelves that a reader sees, in this order; the start page is kept without being named.
SHELVES = {"records": _("Titles"), "lists": _("Lists")}
