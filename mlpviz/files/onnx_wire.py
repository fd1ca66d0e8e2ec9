"""A look over an ONNX file's fields before it is parsed: what is no array may not be large, or it would unfold."""

from __future__ import annotations

from collections.abc import Iterator

from mlpviz.errors import UserError
from mlpviz.files.raw import MAX_SPEC

_MAX_FIELDS = 50_000
_MAX_REST = MAX_SPEC + (1 << 20)
# Numbers of fields in onnx.proto: ModelProto.graph, GraphProto.initializer; TensorProto's float, double and raw data.
_GRAPH, _INITIALIZER, _DATA = 7, 5, (4, 9, 10)


def check_wire(data: bytes) -> None:
    """Raise UserError for a file whose fields do not fill it, or are far more than a network's.

    A few bytes of a repeated message become a hundred in memory; arrays stay as they are.
    """
    arrays = seen = 0
    for seen, size in enumerate(_walk(memoryview(data)), start=1):
        arrays += size
        if seen > _MAX_FIELDS:
            break
    if seen > _MAX_FIELDS or len(data) - arrays > _MAX_REST:
        raise UserError("the file holds far more than a network of mlpviz; mlpviz does not read it.")


def _walk(model: memoryview) -> Iterator[int]:
    """For each field of the model, its graph and its initializers: how many bytes of an array's numbers it has."""
    for number, model_part in _fields(model):
        yield 0
        for inner, graph_part in _fields(model_part) if number == _GRAPH else ():
            yield 0
            for kind, part in _fields(graph_part) if inner == _INITIALIZER else ():
                yield len(part) if kind in _DATA else 0


def _fields(view: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and content of each field; the content of a plain number is empty."""
    at = 0
    while at < len(view):
        key, at = _varint(view, at)
        kind, size = key & 7, 0
        if kind == 0:
            _, at = _varint(view, at)
        elif kind == 2:
            size, at = _varint(view, at)
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise UserError("the file is damaged: it is no ONNX model.")
        if at + size > len(view):
            raise UserError("the file is damaged: it ends too early, or is no ONNX model.")
        yield key >> 3, view[at : at + size]
        at += size


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(view[at : at + 10]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise UserError("the file is damaged: it is no ONNX model.")
