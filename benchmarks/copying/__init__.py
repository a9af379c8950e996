"""How quickly other catalogues are asked."""
