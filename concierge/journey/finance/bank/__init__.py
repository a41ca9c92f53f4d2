"""Bank statements: taken in, matched to deposits with reasons, never by themselves (S15)."""
