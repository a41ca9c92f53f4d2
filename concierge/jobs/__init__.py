"""Clocks: one scheduler process and one thin file per job."""
