"""Floor plans for readers: where a copy stands, and each floor to be looked around."""
