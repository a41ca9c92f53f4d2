"""The journal as people read it: balances in plain words, entries with their lines, files and the statement."""
