"""Security: who comes in. So far the visitor counter (buku tamu)."""
