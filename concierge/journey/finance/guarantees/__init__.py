"""Letters of guarantee: accepted, amended, used up by services, warned of, and swapped for a deposit."""
