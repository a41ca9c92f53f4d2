"""What every page shares: access decisions, language, forms, words, formats, errors. No feature lives here."""
