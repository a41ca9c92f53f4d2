"""One file per vendor, nothing else imports that vendor. Gateways see `concierge.domain` only."""
