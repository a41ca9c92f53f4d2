"""How fast Concierge is, beside two floors that do the same with less: `make bench`, docs/performance.md."""
