"""The six steps, the same rooms in each."""
