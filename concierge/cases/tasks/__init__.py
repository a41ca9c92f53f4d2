"""Tasks: what the team does beside the gates of a case."""
