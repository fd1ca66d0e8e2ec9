"""What runs for a while, as generators of frozen updates."""
