"""Who guarantees and pays: organisations, their people and agreements, what was said, and what they come to owe."""
