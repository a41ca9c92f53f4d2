"""A chat: how long its link lives, when its visitor counts as here, and how much one person can type."""

from datetime import datetime, timedelta

LIVES = timedelta(days=30)
HERE = timedelta(
    seconds=60
)  # a page in the background asks every 15 seconds, and not each answer is written down
SEEN_EVERY = timedelta(seconds=15)  # of a visitor who stays: one write in so long, whatever is asked
AWAY = timedelta(minutes=2)  # an answer that nobody has seen by then is told by mail
MOST_MESSAGES, WITHIN = 30, timedelta(minutes=5)


def is_here(last_seen_at: datetime, now: datetime) -> bool:
    """Whether the visitor still has the page open, as far as anybody can know."""
    return now - last_seen_at <= HERE
