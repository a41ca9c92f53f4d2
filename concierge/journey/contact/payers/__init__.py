"""An embassy, an insurer or an employer asks for a patient."""
