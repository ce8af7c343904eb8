"""What everything else uses: arguments, durations, birthdays, chance, frames, and how modules are loaded."""
