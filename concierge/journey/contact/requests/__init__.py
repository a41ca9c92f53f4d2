"""What physicians ask of us without sending a patient."""
