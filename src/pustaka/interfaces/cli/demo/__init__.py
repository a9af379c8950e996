"""The demo library: a believable campus, from facts in `data/`, the same for the same seed, dated relative to today."""
