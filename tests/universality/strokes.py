"""The bench's random strokes, to test universality on."""

from mlpviz.bench.strokes import pchip, smooth, stroke

__all__ = ["pchip", "smooth", "stroke"]
