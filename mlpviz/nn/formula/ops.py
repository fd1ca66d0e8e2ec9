"""The operations of formulas, one row each, from which every form of a formula derives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Op:
    """One operation.

    Attributes:
        arity: how many arguments it has.
        numpy: the function that computes it (a ufunc, where there is one).
        python: its source in NumPy, "{0}" and so on being its arguments; "np" is the module.
        torch: its source in PyTorch.
        onnx: the operator of ONNX; "" where it has to be put together.
        user: whether a user's formula may call it by its name.
    """

    arity: int
    numpy: Callable[..., Any]
    python: str
    torch: str
    onnx: str = ""
    user: bool = False


def sigmoid(t: Any) -> Any:
    """σ(t) = 1/(1 + e^−t); e^−t = ∞ gives the limit 0."""
    return 1.0 / (1.0 + np.exp(-t))


OPS: dict[str, Op] = {
    "add": Op(2, np.add, "{0} + {1}", "{0} + {1}", "Add"),
    "sub": Op(2, np.subtract, "{0} - {1}", "{0} - {1}", "Sub"),
    "mul": Op(2, np.multiply, "{0} * {1}", "{0} * {1}", "Mul"),
    "div": Op(2, np.divide, "{0} / {1}", "{0} / {1}", "Div"),
    "neg": Op(1, np.negative, "-{0}", "-{0}", "Neg"),
    "pow": Op(2, np.power, "{0} ** {1}", "{0} ** {1}", "Pow"),
    "exp": Op(1, np.exp, "np.exp({0})", "torch.exp({0})", "Exp", user=True),
    "log": Op(1, np.log, "np.log({0})", "torch.log({0})", "Log", user=True),
    "sin": Op(1, np.sin, "np.sin({0})", "torch.sin({0})", "Sin", user=True),
    "cos": Op(1, np.cos, "np.cos({0})", "torch.cos({0})", "Cos", user=True),
    "tanh": Op(1, np.tanh, "np.tanh({0})", "torch.tanh({0})", "Tanh", user=True),
    "abs": Op(1, np.abs, "np.abs({0})", "torch.abs({0})", "Abs", user=True),
    "max": Op(2, np.maximum, "np.maximum({0}, {1})", "larger({0}, {1})", "Max", user=True),
    "min": Op(2, np.minimum, "np.minimum({0}, {1})", "smaller({0}, {1})", "Min", user=True),
    "sqrt": Op(1, np.sqrt, "np.sqrt({0})", "torch.sqrt({0})", "Sqrt", user=True),
    "where": Op(3, np.where, "np.where({0}, {1}, {2})", "torch.where({0}, {1}, {2})", "Where", user=True),
    "gt": Op(2, np.greater, "{0} > {1}", "{0} > {1}", "Greater"),
    "ge": Op(2, np.greater_equal, "{0} >= {1}", "{0} >= {1}", "GreaterOrEqual"),
    "lt": Op(2, np.less, "{0} < {1}", "{0} < {1}", "Less"),
    "le": Op(2, np.less_equal, "{0} <= {1}", "{0} <= {1}", "LessOrEqual"),
    "sigmoid": Op(1, sigmoid, "1 / (1 + np.exp(-{0}))", "torch.sigmoid({0})", "Sigmoid"),
    "expm1": Op(1, np.expm1, "np.expm1({0})", "torch.expm1({0})"),
    "log1p": Op(1, np.log1p, "np.log1p({0})", "torch.log1p({0})"),
}
COMPARISONS = ("gt", "ge", "lt", "le")
