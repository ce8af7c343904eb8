"""What lessons begin with: cards of all kinds."""
