"""What the hospital asks for: tariffs, packages, the table of deposits, and what finished cases have really cost."""
