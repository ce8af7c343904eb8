"""What the log and the books tell when they are asked: tables, errands, explanations, who knows what."""
