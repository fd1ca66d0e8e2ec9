"""How close a 2-layer network of width W can come to a drawn function: limits, constructions, simple methods."""
