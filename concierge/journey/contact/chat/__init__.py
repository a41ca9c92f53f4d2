"""P4: the first message and all that follow it, while somebody waits in front of the page."""
