"""When a specialist can be called: their hours and their absences."""
