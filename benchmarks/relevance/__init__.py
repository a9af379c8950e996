"""Whether a reader who knows what they want gets it first, with and without a typing error."""
