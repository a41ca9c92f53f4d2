"""Intake: one enquiry read closely, and two minutes later a case with a reply, a known person, or a kind no."""
