"""How dates and numbers are written, by language; what isn't named here is as Django knows it."""
