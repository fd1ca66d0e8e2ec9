"""Measures how fast mlpviz is, always beside something else in the same run."""
