"""What is held in the hand: the plastic card, phones, and the reader's side that talks to both."""
