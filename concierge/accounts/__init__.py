"""Sign-in of staff and portal, the people of a case."""
