"""The call screen: seven topics, notes, a summary for the family, and what comes next."""
