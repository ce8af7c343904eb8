"""Cards of all kinds, for lessons to begin with."""
