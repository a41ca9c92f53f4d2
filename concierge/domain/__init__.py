"""The rules of the house: pure values and functions, no framework, no database, no vendor."""
