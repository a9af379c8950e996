"""Labels and catalogue cards: what waits, what is chosen, what was printed, and the sheets."""
