"""The case file itself: facts, moves, lists and the staff pages that every step shares."""
