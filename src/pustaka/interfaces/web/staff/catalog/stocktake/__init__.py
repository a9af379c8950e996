"""Stock take: begun, scanned by many, looked through, settled, and signed."""
