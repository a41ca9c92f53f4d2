"""Mail and SMS that come from outside through a signed call."""
