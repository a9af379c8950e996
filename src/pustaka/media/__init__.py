"""Media: files that the library keeps, each known by the digest of its bytes, and the sizes that pages show of them."""
