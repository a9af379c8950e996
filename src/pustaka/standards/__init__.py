"""Other people's standards as values: no Django, no sockets, no clock."""
