"""Estimates: drafted, split between payers, approved, issued and frozen, understood by the one who pays."""
