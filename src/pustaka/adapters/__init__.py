"""Other people's systems. Settings pick an adapter by its dotted path; nobody imports one."""
