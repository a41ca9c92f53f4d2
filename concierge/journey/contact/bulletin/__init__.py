"""The bulletin for physicians: asked for twice, left with one click."""
