"""Data sets: made, shipped, imported, drawn."""
