"""The patient's and caregiver's front door."""
