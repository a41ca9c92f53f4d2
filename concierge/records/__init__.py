"""Documents: upload, file, checklist."""
