"""The forward and backward pass of one batch as a straight-line program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.activations import Activation, activation_named
from mlpviz.nn.calls import Buffer, Program, scalar
from mlpviz.nn.layout import Array
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Network

SQUASH = activation_named("tanh")  # of the output
# (units, columns) → the factors of dropout for the update under way.
Dropped = Callable[[tuple[int, int]], NDArray[np.float64]]


class _Buffers:
    """The arrays of one batch size. All h, and all f′, lie in one block, so that one call can serve every layer."""

    def __init__(self, sizes: tuple[int, ...], batch: int, keep_z: list[bool], output_too: bool) -> None:
        hidden, outputs = sizes[1:-1], sizes[-1]
        ends = np.cumsum([0, *(size + 1 for size in hidden)])
        rows = int(ends[-1]) + (outputs if output_too else 0)
        self.all_h, self.all_slopes = (np.ones((rows, batch)) for _ in range(2))
        places = [slice(int(end), int(end) + size) for end, size in zip(ends, hidden, strict=False)]
        self.h = [self.all_h[place.start : place.stop + 1] for place in places]
        self.slope = [self.all_slopes[place] for place in places]
        self.z = [np.empty((len(h) - 1, batch)) if keep else h[:-1] for keep, h in zip(keep_z, self.h, strict=True)]
        # Aᵀδ has a row for the biases too, which nobody needs: but A as a whole is contiguous, W is not.
        self.back = [np.empty((size + 1, batch)) for size in hidden]
        self.delta = [*(back[:-1] for back in self.back), np.empty((outputs, batch))]
        self.logits = np.empty((outputs, batch))
        self.output = self.all_h[-outputs:] if output_too else np.empty((outputs, batch))
        # Calls that are the same for every batch of this size.
        self.bound: dict[str, Program] = {}
        self.output_slope = self.all_slopes[-outputs:] if output_too else np.empty((outputs, batch))


def _once(buffers: _Buffers, name: str, make: Callable[[], Program]) -> Program:
    if name not in buffers.bound:
        buffers.bound[name] = make()
    return buffers.bound[name]


class BatchPrograms:
    """Binds programs to buffers that are shared by all batches of one size.

    Args:
        network: what is computed.
        activations: of its hidden layers.
        A, dA: the layers' matrices [W | b] in θ and in the gradient.
        dropping: whether units are dropped.
    """

    def __init__(
        self,
        network: Network,
        activations: Sequence[Activation],
        A: Sequence[Array],
        dA: Sequence[Array],
        dropping: bool,
    ) -> None:
        self._network, self._activations, self._A, self._dA = network, activations, A, dA
        self._loss = LOSSES[network.loss]
        self._dropping = dropping and bool(activations)
        self._squash = network.output_activation == "tanh" and self._loss.on_output
        self._buffers: dict[int, _Buffers] = {}
        # By the number of rows of the whole batch: what the gradient is multiplied by, a live number.
        self._scales: dict[int, Array] = {}
        self._scale = 1.0
        # One call computes f′ of every layer where all have the same f and need no z.
        first = activations[0] if activations else None
        self._alike = (
            first is not None
            and all(row is first for row in activations)
            and not first.needs_z
            and not self._is_identity(first)
            and not self._dropping
        )
        # And of the output, where that is the same f.
        self._output_too = self._alike and self._squash and first is SQUASH

    @staticmethod
    def _is_identity(row: Activation) -> bool:
        return row.value.op == "variable"

    def set_scale(self, scale: float) -> None:
        """Multiply every gradient by `scale` from now on."""
        self._scale = scale
        for size, number in self._scales.items():
            number[...] = scale / size

    def outputs(self, columns: int) -> Array:
        """What ℓ is a function of (ŷ or ỹ), (outputs, columns), as the last program of this size has left it."""
        buffers = self._buffers[columns]
        return buffers.output if self._squash else buffers.logits

    def gradient(self, x: Array, y: Array, weights: Array | None, size: int, dropped: Dropped) -> Program:
        """The calls that write the gradient into dA.

        Args:
            x: (fan_in + 1, columns), a row of ones last. y: (outputs, columns). weights: (columns,) or None.
            size: rows of the whole batch, by which ℓ's sum is divided.
            dropped: makes dropout's factors.
        """
        columns = x.shape[1]
        buffers = self._buffers.get(columns)
        if buffers is None:
            keep_z = [row.needs_z for row in self._activations]
            buffers = _Buffers(self._network.sizes, columns, keep_z, self._output_too)
            self._buffers[columns] = buffers
        return [
            *self._forward(x, buffers, dropped),
            *self._output(y, weights, size, buffers),
            *self._backward(x, buffers),
        ]

    def _forward(self, x: Array, buffers: _Buffers, dropped: Dropped) -> Program:
        program: Program = []
        factors: list[Array] = []
        if self._dropping:
            drop, factors = self._drop(buffers, dropped)
            program.append(drop)
        source: Buffer = x
        for index, (row, z, h) in enumerate(zip(self._activations, buffers.z, buffers.h, strict=True)):
            program.append(partial(self._A[index].dot, source, z))
            program += _once(buffers, f"h{index}", partial(row.apply_program, z, h[:-1]))
            if self._dropping:
                # f′ first: it may be a function of h as it was.
                slope = buffers.slope[index]
                program += _once(buffers, f"f'{index}", partial(row.slope_program, z, h[:-1], slope))
                program.append(partial(np.multiply, slope, factors[index], slope))
                program.append(partial(np.multiply, h[:-1], factors[index], h[:-1]))
            source = h
        program.append(partial(self._A[-1].dot, source, buffers.logits))
        return program

    def _drop(self, buffers: _Buffers, dropped: Dropped) -> tuple[Callable[[], None], list[Array]]:
        """A call that draws the factors of all layers, and each layer's view of them."""
        widths = [layer.width for layer in self._network.hidden]
        whole = np.empty((sum(widths), buffers.logits.shape[1]))

        def draw() -> None:
            whole[...] = dropped(whole.shape)

        return draw, np.split(whole, np.cumsum(widths)[:-1])

    def _output(self, y: Array, weights: Array | None, size: int, buffers: _Buffers) -> Program:
        """δ of the output layer: ∂ℓ/∂ỹ times the scale, the row's weight and 1/size."""
        program: Program = []
        scale = self._scales.setdefault(size, scalar(self._scale / size, y))
        delta, value = buffers.delta[-1], buffers.logits
        if weights is not None:
            factor = np.empty(y.shape[1])
            program.append(partial(np.multiply, weights, scale, factor))
            scale = factor
        if self._squash:
            value = buffers.output
            program += SQUASH.apply_program(buffers.logits, value)
        if self._alike:
            slopes = partial(self._activations[0].slope_program, buffers.all_h, buffers.all_h, buffers.all_slopes)
            program += _once(buffers, "slopes", slopes)
        program += self._loss.delta_program(value, y, delta, scale)
        if self._squash:
            if not self._output_too:
                program += SQUASH.slope_program(value, value, buffers.output_slope)
            program.append(partial(np.multiply, delta, buffers.output_slope, delta))
        return program

    def _backward(self, x: Array, buffers: _Buffers) -> Program:
        program: Program = []
        delta = buffers.delta[-1]
        for index in range(len(self._A) - 1, 0, -1):
            lower, slope, h = buffers.delta[index - 1], buffers.slope[index - 1], buffers.h[index - 1]
            row = self._activations[index - 1]
            program.append(partial(delta.dot, h.T, self._dA[index]))
            program.append(partial(self._A[index].T.dot, delta, buffers.back[index - 1]))
            if self._dropping or not self._is_identity(row):
                if not self._alike and not self._dropping:
                    slopes = partial(row.slope_program, buffers.z[index - 1], h[:-1], slope)
                    program += _once(buffers, f"f'{index - 1}", slopes)
                program.append(partial(np.multiply, lower, slope, lower))
            delta = lower
        program.append(partial(delta.dot, x.T, self._dA[0]))
        return program
