"""The deposit: asked for, paid by somebody in some country, here in time or not."""
