"""Weights as .onnx: the whole network as a graph, the arrays as its initializers under PyTorch's names."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO

from numpy.typing import NDArray

from mlpviz.errors import UserError, shown
from mlpviz.files.onnx_agree import check_graph
from mlpviz.files.onnx_foreign import chain
from mlpviz.files.onnx_graph import graph_of
from mlpviz.files.onnx_wire import check_wire
from mlpviz.files.raw import MAX_SPEC, VERSION, Content, Raw, check_version, parse_network
from mlpviz.files.reading import MAX_PARAMETERS, read_bytes
from mlpviz.nn.spec import Network

if TYPE_CHECKING:
    import onnx

# Old enough for every runtime of the last years; all operators have float64 kernels there.
OPSET, IR_VERSION = 17, 8
_MAX_FILE = 8 * MAX_PARAMETERS + 2 * MAX_SPEC
_PARAMETER = re.compile(r"\d{1,4}\.(weight|bias)")
_MAX_DIMENSION = 1 << 24


def _onnx() -> ModuleType:
    try:
        import onnx
    except ImportError as error:
        raise UserError('ONNX files need the package onnx; install it with: pip install "mlpviz[onnx]".') from error
    return onnx


def write(file: BinaryIO, content: Content) -> None:
    """Write the graph; the same weights give the same bytes."""
    package = _onnx()
    model = package.helper.make_model(
        graph_of(content),
        producer_name="mlpviz",
        opset_imports=[package.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    metadata = {"format": "mlpviz", "version": str(VERSION), "network": json.dumps(content.network.to_json())}
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=value)
    file.write(model.SerializeToString(deterministic=True))


def read(path: Path) -> Raw:
    """Read mlpviz's own graph, or a plain chain of layers from elsewhere.

    Raises UserError, also for a graph of mlpviz's that is not the one its metadata describe.
    """
    package = _onnx()
    from google.protobuf.message import DecodeError  # comes with onnx

    data = read_bytes(path, _MAX_FILE)
    check_wire(data)
    try:
        model = package.load_model_from_string(data)
        metadata = {_text(entry.key): _text(entry.value) for entry in model.metadata_props}
        if metadata.get("format") != "mlpviz":
            return chain(model.graph, {tensor.name: _array(tensor) for tensor in model.graph.initializer})
        tensors = [tensor for tensor in model.graph.initializer if _PARAMETER.fullmatch(_text(tensor.name))]
    except (DecodeError, UnicodeDecodeError) as error:
        raise UserError("the file is damaged: it is no ONNX model.") from error
    check_version(metadata.get("version"))
    if "network" not in metadata:
        raise UserError("its metadata lack the network's specification; export the weights again.")
    arrays = {tensor.name: _array(tensor) for tensor in tensors}
    if len(arrays) < len(tensors):
        raise UserError("it holds an array twice: the file is damaged.")
    specification = parse_network(metadata["network"])
    check_graph(model, arrays, Network.from_json(specification), _array)
    return Raw(arrays, specification)


def _text(value: str | bytes) -> str:
    """A string of the file; protobuf gives bytes for what is no UTF-8."""
    if isinstance(value, bytes):
        raise UserError("the file is damaged: it holds text that is not UTF-8.")
    return value


def _array(tensor: onnx.TensorProto) -> NDArray[Any]:
    """An initializer's numbers; its sizes are checked, and nothing outside the file is looked at."""
    from onnx import TensorProto, numpy_helper

    name, shape = shown(tensor.name), tuple(tensor.dims)
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise UserError(f"{name} lies in another file; save the model in one file.")
    if any(not 0 <= size <= _MAX_DIMENSION for size in shape) or len(shape) > 8:
        raise UserError(f"{name} has the shape {shown(shape)}, which no layer has.")
    if tensor.data_type not in (TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16, TensorProto.INT64):
        raise UserError(f"{name} has numbers of a kind that mlpviz does not read; save them as float32 or float64.")
    if math.prod(shape) > 2 * MAX_PARAMETERS:
        raise UserError(f"{name} claims the shape {shown(shape)}, which is too large.")
    try:
        array: NDArray[Any] = numpy_helper.to_array(tensor)
    except (ValueError, TypeError) as error:
        raise UserError(f"{name} does not have the size that its shape {shape} asks for.") from error
    if array.shape != shape:
        raise UserError(f"{name} does not have the size that its shape {shape} asks for.")
    return array
