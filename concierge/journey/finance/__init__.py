"""Step 3: what it costs, who pays, and every amount that comes or goes (docs/finance.md)."""
