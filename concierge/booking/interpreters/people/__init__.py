"""The people who interpret: their list, each of them, and what happens when one cannot come."""
