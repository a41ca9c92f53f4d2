"""The card part of step 3: payments at the card service, what it tells us, its refunds and disputes."""
