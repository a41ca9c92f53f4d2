"""Two records of one person become one, field by field, and for 24 hours they can be taken apart again."""
