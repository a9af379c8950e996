"""Settings, addresses, roles and the switchboard: the one floor that knows everyone."""
