"""After hours an urgent enquiry calls the physician on call, and does not stop before somebody answers."""
