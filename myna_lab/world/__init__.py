"""The world that a lab lives in: time, chance, log, file, and the things that events make."""
