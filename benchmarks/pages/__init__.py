"""How long a reader waits for a whole page of results, over HTTP, while others search too."""
