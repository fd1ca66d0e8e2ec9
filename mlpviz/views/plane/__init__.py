"""Two inputs: g painted over the unit square, and nets of growing width laid beside it."""
