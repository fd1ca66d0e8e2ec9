"""Training compiled by Numba, where that is installed. Nothing here is imported before it is asked for."""
