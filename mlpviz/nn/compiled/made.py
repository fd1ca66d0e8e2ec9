"""A function made for one small network: forward, loss and gradient of one block of rows, without a loop or a choice.

It does what the kernel's passes do, operation for operation, so that every bit is the same, and it does not matter
whether a run is served by it from the start, later or never. It is compiled on a thread of its own, in some 0.1 s.
"""

from __future__ import annotations

from threading import Lock, Thread
from typing import Any

from llvmlite import binding, ir
from numba.core import config as _config

from mlpviz.nn.compiled import codes, vector_math
from mlpviz.nn.compiled.codes import LANES
from mlpviz.nn.compiled.shapes import Shape
from mlpviz.nn.compiled.vectors import DOUBLE, Vectors, constant, word
from mlpviz.nn.layout import layout

# Numba's settings are untyped.
numba_config: Any = _config

# ---- the instructions

Row = list[Any]  # the vectors of one row of a block


def _value(v: Vectors, name: str, z: Any) -> Any:
    """h = f(z)."""
    zero = constant(0.0)
    if name == "tanh":
        return vector_math.tanh(v, z)
    if name == "sigmoid":
        return vector_math.sigmoid(v, z)
    if name == "relu":
        return v.choice("<", z, zero, zero, z)
    if name == "leaky_relu":
        return v.choice("<", z, zero, v.mul(z, constant(codes.LEAK)), z)
    return z


def _times_slope(v: Vectors, name: str, delta: Any, h: Any) -> Any:
    """δ · f′, from h."""
    one = constant(1.0)
    if name == "tanh":
        return v.mul(delta, v.sub(one, v.mul(h, h)))
    if name == "sigmoid":
        return v.mul(delta, v.mul(v.sub(one, h), h))
    if name == "relu":
        return v.mul(delta, v.choice(">", h, constant(0.0), one, constant(0.0)))
    if name == "leaky_relu":
        return v.mul(delta, v.choice(">", h, constant(0.0), one, constant(codes.LEAK)))
    return delta


class _Writer:
    """Writes the passes of one shape; rows are lists of vectors."""

    def __init__(self, builder: Any, shape: Shape, block: Any, theta: Any, g: Any) -> None:
        self.v, self.shape, self.block, self.theta, self.g = Vectors(builder), shape, block, theta, g
        self.offsets = layout(shape.sizes).offsets

    def row(self, index: int) -> Row:
        """A row of the block."""
        lanes = self.shape.lanes
        return [self.v.load(self.block, word(index * lanes + at)) for at in range(0, lanes, LANES)]

    def write(self) -> None:
        """Everything: g ← ∂L/∂θ of the block."""
        shape = self.shape
        last = len(shape.sizes) - 2
        sources = [[self.row(i) for i in range(shape.sizes[0] + 1)]]
        ones = [constant(1.0)] * (shape.lanes // LANES)
        for index in range(last):
            h = [[_value(self.v, shape.activations[index], z) for z in row] for row in self.outputs(index, sources[-1])]
            sources.append([*h, ones])
        deltas = self.last_delta(self.outputs(last, sources[-1]))
        products: list[list[Any]] = []
        for index in range(last, -1, -1):
            products = [*(self.sum_over(delta, source) for delta in deltas for source in sources[index]), *products]
            if index:
                name, h = shape.activations[index - 1], sources[index]
                deltas = [
                    [_times_slope(self.v, name, d, value) for d, value in zip(row, h[unit], strict=True)]
                    for unit, row in enumerate(self.inputs(index, deltas))
                ]
        self.store_sums(products)

    def weight(self, layer: int, unit: int, column: int) -> Any:
        """A[unit, column] of a layer, repeated."""
        return self.v.repeated_at(self.theta, word(self.offsets[layer] + unit * (self.shape.sizes[layer] + 1) + column))

    def outputs(self, layer: int, source: list[Row]) -> list[Row]:
        """z of a layer: b + Σ_k w_k h_k."""
        n, m = self.shape.sizes[layer], self.shape.sizes[layer + 1]
        rows = []
        for unit in range(m):
            row = [self.weight(layer, unit, n)] * len(source[0])
            for k in range(n):
                weight = self.weight(layer, unit, k)
                row = [self.v.fma(weight, value, already) for value, already in zip(source[k], row, strict=True)]
            rows.append(row)
        return rows

    def inputs(self, layer: int, deltas: list[Row]) -> list[Row]:
        """Wᵀδ of a layer."""
        rows = []
        for unit in range(self.shape.sizes[layer]):
            row = [constant(0.0)] * len(deltas[0])
            for k, delta in enumerate(deltas):
                weight = self.weight(layer, k, unit)
                row = [self.v.fma(weight, value, already) for value, already in zip(delta, row, strict=True)]
            rows.append(row)
        return rows

    def last_delta(self, logits: list[Row]) -> list[Row]:
        """∂ℓ/∂ỹ times the block's scales."""
        v, shape = self.v, self.shape
        first, slope = shape.sizes[0] + 1, vector_math.SLOPES[shape.loss]
        scales = self.row(first + shape.sizes[-1])
        rows = []
        for k, row in enumerate(logits):
            deltas = []
            for t, y, scale in zip(row, self.row(first + k), scales, strict=True):
                said = vector_math.tanh(v, t) if shape.squash else t
                delta = slope(v, said, y)
                if shape.squash:
                    delta = v.mul(delta, v.sub(constant(1.0), v.mul(said, said)))
                deltas.append(v.mul(delta, scale))
            rows.append(deltas)
        return rows

    def sum_over(self, delta: Row, source: Row) -> Any:
        """The products of two rows, added up to one vector."""
        whole = constant(0.0)
        for d, value in zip(delta, source, strict=True):
            whole = self.v.fma(d, value, whole)
        return whole

    def store_sums(self, products: list[Any]) -> None:
        """g ← the sums of the vectors, zeros behind them up to a whole vector."""
        zeros = [constant(0.0)] * (-len(products) % LANES)
        products = [*products, *zeros]
        for first in range(0, len(products), LANES):
            self.v.store(self.g, word(first), self.v.sums_of_eight(products[first : first + LANES]))


def _module(shape: Shape) -> str:
    """LLVM's text of void made(block, theta, g)."""
    module = ir.Module("made")
    module.triple = binding.get_default_triple()
    pointer = ir.PointerType(DOUBLE)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [pointer] * 3), "made")
    for argument in function.args:
        argument.add_attribute("noalias")
    builder = ir.IRBuilder(function.append_basic_block())
    _Writer(builder, shape, *function.args).write()
    builder.ret_void()
    return str(module)


# ---- compiling


def _compiled(shape: Shape) -> tuple[Any, int]:
    """What must be kept, and the function's address."""
    module = binding.parse_assembly(_module(shape))
    machine = binding.Target.from_default_triple().create_target_machine(
        cpu=numba_config.CPU_NAME or binding.get_host_cpu_name(),
        features=numba_config.CPU_FEATURES or binding.get_host_cpu_features().flatten(),
        opt=2,
    )
    passes = binding.create_pass_builder(machine, binding.create_pipeline_tuning_options(speed_level=2))
    passes.getModulePassManager().run(module, passes)
    engine = binding.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine, engine.get_function_address("made")


_lock = Lock()
_found: dict[Shape, int] = {}  # addresses; 0 while a function is being made, or where that failed
_engines: list[Any] = []  # what the addresses live in


def address_of(shape: Shape) -> int:
    """The function's address; 0: it is not there yet. The first time it is asked for, a thread begins to make it."""
    with _lock:
        if shape not in _found:
            _found[shape] = 0
            # Not a daemon: LLVM must not be at work when the interpreter goes.
            Thread(target=make, args=(shape,), name="made for one network").start()
        return _found[shape]


def make(shape: Shape) -> None:
    """Make a function in this thread, for `address_of` to give."""
    try:
        engine, address = _compiled(shape)
    except (RuntimeError, OSError):  # what LLVM raises where it cannot compile: the kernel's loops do the same
        return
    _engines.append(engine)
    with _lock:
        _found[shape] = address
