"""Texts that the team sends often, in every language of the house."""
