"""Many titles or copies changed as one: what is done to each (`copies`, `fields`), and the work step by step."""
