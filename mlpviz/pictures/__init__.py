"""What the views show, computed from a frozen θ. NumPy and contourpy, no Qt."""
