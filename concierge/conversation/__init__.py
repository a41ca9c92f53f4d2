"""The thread of a case and its calls."""
