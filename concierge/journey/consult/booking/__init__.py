"""Booking a call: free times in two cities, confirm, change, cancel."""
