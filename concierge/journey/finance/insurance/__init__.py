"""Who pays, in order, and what an insurer says beforehand (S14 of one case, T9)."""
