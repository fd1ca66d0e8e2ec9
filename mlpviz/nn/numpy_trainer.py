"""Training in NumPy: straight-line programs over preallocated, feature-first buffers.

Every layer's input has a row of ones beneath it, so that z = A h and ∂L/∂A = δ hᵀ are one product each, biases
included, written straight into the flat gradient. A batch is a view of the epoch's (shuffled) copy of the data; the
programs of all batches are bound once. A step allocates nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from mlpviz.errors import Diverged
from mlpviz.nn.activations import ACTIVATIONS
from mlpviz.nn.calls import Buffer, Program, run
from mlpviz.nn.config import TrainingConfig
from mlpviz.nn.diagnosis import first_non_finite
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.optimizers import OPTIMIZERS
from mlpviz.nn.spec import Network
from mlpviz.nn.streams import stream
from mlpviz.nn.updates import UPDATES

# Updates between two looks at whether θ is still finite; a copy of θ and slots is taken at each.
CHECK_EVERY = 64
MAX_PROGRAMS = 4096
# Updates of an epoch that are run as one list.
LONGEST = 256


class _Buffers:
    """The arrays of one batch size. All h, and all f′, lie in one block, so that one call can serve every layer."""

    def __init__(self, sizes: tuple[int, ...], batch: int, keep_z: list[bool]) -> None:
        hidden = sizes[1:-1]
        ends = np.cumsum([0, *(size + 1 for size in hidden)])
        self.all_h, self.all_slopes = (np.ones((int(ends[-1]), batch)) for _ in range(2))
        places = [slice(int(end), int(end) + size) for end, size in zip(ends, hidden, strict=False)]
        self.h = [self.all_h[place.start : place.stop + 1] for place in places]
        self.slope = [self.all_slopes[place] for place in places]
        self.z = [np.empty((len(h) - 1, batch)) if keep else h[:-1] for keep, h in zip(keep_z, self.h, strict=True)]
        self.delta = [np.empty((size, batch)) for size in sizes[1:]]
        self.logits = np.empty((sizes[-1], batch))


class NumpyTrainer:
    """See `trainer.Trainer`."""

    def __init__(
        self,
        network: Network,
        config: TrainingConfig,
        X: Array,
        y: Array,
        theta: Array,
        slots: Mapping[str, Array],
        step: int,
        epoch: int,
        cursor: int,
    ) -> None:
        self.backend = f"numpy {np.__version__}"
        self._network, self._config = network, config
        self._loss = LOSSES[network.loss]
        self._rows = len(X)
        self._X = np.ones((network.inputs + 1, self._rows))
        self._X[:-1] = X.T
        self._Y = np.ascontiguousarray(y.T)
        # The epoch's order; without shuffling the data themselves.
        self._X_now, self._Y_now = self._X, self._Y
        self.theta = np.array(theta)
        self._g = np.zeros_like(self.theta)
        plan = layout(network.sizes)
        self._A, self._dA = plan.matrices(self.theta), plan.matrices(self._g)
        self._activations = [ACTIVATIONS[layer.activation] for layer in network.hidden]
        self.slots: dict[str, Array] = {name: np.array(values) for name, values in slots.items()}
        self.step, self.epoch, self.cursor = step, epoch, cursor
        # One call computes f′ of every layer where all have the same f and need no z.
        first = network.hidden[0].activation if network.hidden else "identity"
        self._alike = (
            all(layer.activation == first for layer in network.hidden)
            and first != "identity"
            and not ACTIVATIONS[first].needs_z
        )
        self._ordered = -1
        self._rescale(config)

    # ---- settings

    def configure(self, config: TrainingConfig) -> None:
        """Go on with other settings from the next update."""
        if config.optimizer != self._config.optimizer:
            self.slots = {}
        if config.shuffle != self._config.shuffle:
            self._ordered = -1
        self._config = config
        self._rescale(config)

    def set_parameter(self, index: int, value: float) -> None:
        """Set θ[index] before the next update."""
        self.theta[index] = value

    def _rescale(self, config: TrainingConfig) -> None:
        """Bind the optimiser and forget the programs, which hold the old batch size and scale."""
        names = (*OPTIMIZERS[config.optimizer].slots, "t")
        for name in names:
            self.slots.setdefault(name, np.zeros(1 if name == "t" else len(self.theta)))
        self._update = UPDATES[config.optimizer](self.theta, self._g, self.slots)
        self._update.set_rate(config.learning_rate)
        self._scale = self._update.gradient_scale(config.learning_rate)
        self._tail: Program = self._penalty() + self._update.program
        self._batch = min(config.batch_size or self._rows, self._rows)
        self._buffers: dict[int, _Buffers] = {}
        self._programs: dict[tuple[int, int], Program] = {}
        self._whole: Program = []

    def _penalty(self) -> Program:
        """g ← g + s(λ₁ sign(w) + λ₂w), s being the scale of the gradient; biases have λ = 0."""
        program: Program = []
        work = np.empty_like(self.theta)
        for rate, make in ((self._config.l2, None), (self._config.l1, np.sign)):
            if rate == 0:
                continue
            factors = np.zeros_like(self.theta)
            for weights, _ in layout(self._network.sizes).weights(factors):
                weights[...] = rate * self._scale
            if make is None:
                program.append(partial(np.multiply, self.theta, factors, work))
            else:
                program += [partial(make, self.theta, work), partial(np.multiply, work, factors, work)]
            program.append(partial(np.add, self._g, work, self._g))
        return program

    # ---- programs

    def _order(self) -> None:
        """Bring the rows into the order of the present epoch."""
        if self._ordered == self.epoch:
            return
        self._ordered = self.epoch
        if not self._config.shuffle:
            if self._X_now is not self._X:
                self._X_now, self._Y_now = self._X, self._Y
                self._forget_programs()
            return
        if self._X_now is self._X:
            self._X_now, self._Y_now = np.empty_like(self._X), np.empty_like(self._Y)
            self._forget_programs()
        order = stream(self._config.seed, "order", self.epoch).permutation(self._rows)
        np.take(self._X, order, axis=1, out=self._X_now, mode="clip")
        np.take(self._Y, order, axis=1, out=self._Y_now, mode="clip")

    def _forget_programs(self) -> None:
        self._programs.clear()
        self._whole = []

    def _program(self, start: int, stop: int) -> Program:
        program = self._programs.get((start, stop))
        if program is None:
            if len(self._programs) >= MAX_PROGRAMS:
                self._forget_programs()
            program = self._programs[start, stop] = self._bind(start, stop)
        return program

    def _bind(self, start: int, stop: int) -> Program:
        """One update on rows start … stop of the epoch's order."""
        size = stop - start
        buffers = self._buffers.get(size)
        if buffers is None:
            keep_z = [activation.needs_z for activation in self._activations]
            buffers = self._buffers[size] = _Buffers(self._network.sizes, size, keep_z)
        x, y = self._X_now[:, start:stop], self._Y_now[:, start:stop]
        program: Program = []
        source: Buffer = x
        for matrix, activation, z, h in zip(self._A[:-1], self._activations, buffers.z, buffers.h, strict=True):
            program.append(partial(matrix.dot, source, z))
            program += activation.apply(z, h[:-1])
            source = h
        delta = buffers.delta[-1]
        program.append(partial(self._A[-1].dot, source, buffers.logits))
        program += self._loss.delta_program(buffers.logits, y, delta, self._scale / size)
        if self._alike:
            program += self._activations[0].slope(buffers.all_h, buffers.all_h, buffers.all_slopes)
        for index in range(len(self._A) - 1, 0, -1):
            lower, slope, h = buffers.delta[index - 1], buffers.slope[index - 1], buffers.h[index - 1]
            program.append(partial(delta.dot, h.T, self._dA[index]))
            program.append(partial(self._A[index][:, :-1].T.dot, delta, lower))
            if self._network.hidden[index - 1].activation != "identity":
                if not self._alike:
                    program += self._activations[index - 1].slope(buffers.z[index - 1], h[:-1], slope)
                program.append(partial(np.multiply, lower, slope, lower))
            delta = lower
        program.append(partial(delta.dot, x.T, self._dA[0]))
        return program + self._tail

    def _epoch_program(self) -> Program:
        """All updates of one whole epoch in a row."""
        if not self._whole:
            for start in range(0, self._rows, self._batch):
                self._whole += self._program(start, min(start + self._batch, self._rows))
        return self._whole

    # ---- running

    def steps_to_epoch_end(self) -> int:
        """How many updates finish the epoch that has begun or is about to."""
        return -(-(self._rows - self.cursor) // self._batch)

    def advance(self, steps: int) -> None:
        """Make so many updates. Raises Diverged; θ is then the last finite one."""
        with np.errstate(all="ignore"):
            while steps > 0:
                count = min(steps, CHECK_EVERY)
                kept = self._keep()
                self._advance(count)
                if not np.isfinite(np.add.reduce(self.theta)) and not np.isfinite(self.theta).all():
                    self._restore(kept)
                    self._find_divergence(count)
                steps -= count

    def _advance(self, steps: int) -> None:
        while steps > 0:
            self._order()
            per_epoch = -(-self._rows // self._batch)
            if self.cursor == 0 and steps >= per_epoch and per_epoch <= LONGEST:
                run(self._epoch_program())
                self.step, self.epoch, steps = self.step + per_epoch, self.epoch + 1, steps - per_epoch
                continue
            stop = min(self.cursor + self._batch, self._rows)
            run(self._program(self.cursor, stop))
            self.step, self.cursor, steps = self.step + 1, stop, steps - 1
            if stop == self._rows:
                self.cursor = 0
                self.epoch += 1

    def _keep(self) -> tuple[Array, dict[str, Array], int, int, int]:
        slots = {name: values.copy() for name, values in self.slots.items()}
        return self.theta.copy(), slots, self.step, self.epoch, self.cursor

    def _restore(self, kept: tuple[Array, dict[str, Array], int, int, int]) -> None:
        theta, slots, self.step, self.epoch, self.cursor = kept
        self.theta[...] = theta
        for name, values in slots.items():
            self.slots[name][...] = values

    def _find_divergence(self, steps: int) -> None:
        """Make the updates again one by one; stop before the one that leaves the finite numbers, and say where."""
        for _ in range(steps):
            kept = self._keep()
            start, stop = self.cursor, min(self.cursor + self._batch, self._rows)
            self._advance(1)
            if not np.isfinite(self.theta).all():
                self._restore(kept)
                self._order()
                x, y = self._X_now[:-1, start:stop].T, self._Y_now[:, start:stop].T
                raise Diverged(self.step + 1, first_non_finite(self._network, self.theta, x, y))
