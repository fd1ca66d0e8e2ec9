"""Turns any tree of frozen dataclasses into JSON and arrays, and back, by the types of its fields.

A field added to a document is thereby in the file; read from an older file it takes its default.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.nn.layout import frozen

_PLAIN = (int, float, str, bool, types.NoneType)
_WORDS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Encoder:
    """Encodes one tree; `arrays` then holds its arrays by the name of the place where they were first met."""

    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}
        self._names: dict[int, str] = {}

    def encode(self, value: object, place: str) -> Any:
        """The JSON value; an array becomes {"array": name}, a float that is not finite {"float": word}."""
        if isinstance(value, np.ndarray):
            name = self._names.setdefault(id(value), place)
            self.arrays[name] = value
            return {"array": name}
        if is_dataclass(value):
            return {f.name: self.encode(getattr(value, f.name), f"{place}.{f.name}") for f in fields(value)}
        if isinstance(value, Mapping):
            return {key: self.encode(part, f"{place}.{key}") for key, part in value.items()}
        if isinstance(value, tuple):
            return [self.encode(part, f"{place}.{index}") for index, part in enumerate(value)]
        if isinstance(value, float):
            number = float(value)
            return number if math.isfinite(number) else {"float": str(number)}
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, _PLAIN):
            return value
        raise TypeError(f"{place} is of the type {type(value).__name__}, which no file can hold")


class Decoder:
    """Decodes one tree from JSON and the arrays it refers to."""

    def __init__(self, arrays: Mapping[str, NDArray[np.float64]]) -> None:
        self._arrays = arrays

    def decode(self, value: Any, kind: Any, place: str) -> Any:
        """The value of type `kind`; UserError naming the place for a value of any other type."""
        origin, parts = typing.get_origin(kind), typing.get_args(kind)
        if origin in (typing.Union, types.UnionType):
            return self._union(value, parts, place)
        if origin is np.ndarray:
            return self._array(value, place)
        if origin is tuple and isinstance(value, list):
            return self._tuple(value, parts, place)
        if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, dict):
            items = {key: self.decode(part, parts[1], f"{place}.{key}") for key, part in value.items()}
            return MappingProxyType(items)
        if is_dataclass(kind) and isinstance(value, dict):
            return self._dataclass(value, kind, place)
        if kind is float:
            return self._float(value, place)
        if kind in _PLAIN and type(value) is kind:
            return value
        raise UserError(f"{place} holds {shown(value)}, which does not belong there.")

    def _union(self, value: Any, kinds: tuple[Any, ...], place: str) -> Any:
        if type(value) in kinds:
            return value
        others = [kind for kind in kinds if kind not in _PLAIN or kind is float]
        if value is None or not others:
            raise UserError(f"{place} holds {shown(value)}, which does not belong there.")
        return self.decode(value, others[0], place)

    def _array(self, value: Any, place: str) -> NDArray[np.float64]:
        name = value.get("array") if isinstance(value, dict) else None
        if not isinstance(name, str) or name not in self._arrays:
            raise UserError(f"{place} needs an array, but holds {shown(value)}.")
        return frozen(self._arrays[name])

    def _tuple(self, value: list[Any], parts: tuple[Any, ...], place: str) -> tuple[Any, ...]:
        kinds = (parts[0],) * len(value) if len(parts) == 2 and parts[1] is Ellipsis else parts
        if len(kinds) != len(value):
            raise UserError(f"{place} holds {len(value)} values; it needs {len(kinds)}.")
        return tuple(
            self.decode(part, kind, f"{place}.{i}") for i, (part, kind) in enumerate(zip(value, kinds, strict=True))
        )

    def _dataclass(self, value: dict[str, Any], kind: Any, place: str) -> Any:
        hints = _hints(kind)
        unknown = [key for key in value if key not in hints]
        if unknown:
            raise UserError(f"{place} holds {shown(unknown[0])}, which this mlpviz does not know.")
        for field in fields(kind):
            if field.name not in value and field.default is MISSING and field.default_factory is MISSING:
                raise UserError(f"{place}.{field.name} is missing.")
        return kind(**{key: self.decode(part, hints[key], f"{place}.{key}") for key, part in value.items()})

    @staticmethod
    def _float(value: Any, place: str) -> float:
        if isinstance(value, dict) and set(value) == {"float"} and value["float"] in _WORDS:
            return _WORDS[value["float"]]
        if isinstance(value, float):
            return value
        # Whole numbers are fine where a float belongs, as long as they are as exact.
        if type(value) is not int or abs(value) > 2**53:
            raise UserError(f"{place} holds {shown(value)}, which is no number.")
        return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
