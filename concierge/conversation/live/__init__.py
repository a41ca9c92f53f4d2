"""The talk while both sides are there: what is new, and whether the visitor of a chat still is."""
