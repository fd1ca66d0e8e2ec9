"""The engine: networks, parameters, forward and backward passes, optimisers. NumPy only."""
