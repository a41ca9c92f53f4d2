"""The inbox: every talk in one place, by whose turn it is."""
