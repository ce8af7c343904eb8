"""What everything stands on: arguments, durations, birthdays, chance, frames, and how modules are loaded."""
