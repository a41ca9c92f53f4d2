"""A doctor sends a patient: the form, the status page, the doctor's own window, and the faxed face sheet."""
