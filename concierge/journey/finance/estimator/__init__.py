"""The first honest number for whoever asks, and the exchange rates that say *about*."""
