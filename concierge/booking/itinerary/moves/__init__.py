"""Moving together: one change, what it does to the rest, and one confirmation for all of it."""
