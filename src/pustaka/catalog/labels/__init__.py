"""Labels and catalogue cards: sheets as data, text that fits its place, symbols that a scanner reads, drawn as PDF."""
