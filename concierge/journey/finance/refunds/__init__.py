"""Refunds: proposed, approved by a second person, sent, and shown to the payer until the money is there."""
