"""Universality: draw a function, watch wider hidden layers reach for it."""

from mlpviz.views.universality.page import UniversalityPage

__all__ = ["UniversalityPage"]
