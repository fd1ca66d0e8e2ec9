"""Activations as the commands take them; apart from `parsing`, which the window's start must not load NumPy with."""

from __future__ import annotations

import argparse

from mlpviz.errors import UserError
from mlpviz.nn.activations import activation_named


def activation_id(text: str) -> str:
    """An activation's id, own formulas included."""
    try:
        activation_named(text)
    except UserError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None
    return text
