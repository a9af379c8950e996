"""Who may ask the catalogue how often: an allowance for everybody, and a rule for crawlers; for every door."""
