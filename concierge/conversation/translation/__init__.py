"""Two languages in one thread: the engine's part, and the desk where a person checks what may not be wrong."""
