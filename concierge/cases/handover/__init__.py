"""Handing cases over to a colleague: one with a note, or all of them for an absence."""
