"""Training in NumPy: straight-line programs over preallocated, feature-first buffers.

Every layer's input has a row of ones beneath it, so that z = A h and ∂L/∂A = δ hᵀ are one product each, biases
included, written straight into the flat gradient. The rows of an epoch pass through a window in their order, so that a
batch is a view of it; the programs of its batches are bound once. A step allocates nothing and decides nothing.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from mlpviz.nn.activations import activation_named
from mlpviz.nn.base_trainer import BaseTrainer
from mlpviz.nn.batch_program import BatchPrograms
from mlpviz.nn.calls import Program, run
from mlpviz.nn.layout import Array, layout
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.schedules import rate
from mlpviz.nn.streams import kept
from mlpviz.nn.updates import UPDATES, FoldedSgd, Update

# Numbers that the window holds at most: tables up to 1 MB are in it as a whole.
WINDOW_VALUES = 150_000
MAX_PROGRAMS = 4096
LAYER_BUFFERS = 5  # h, f′, δ, …
# Updates of an epoch that are run as one list.
LONGEST = 256
CLIP_EPSILON = 1e-6


class NumpyTrainer(BaseTrainer):
    """See `trainer.Trainer`."""

    backend = f"numpy {np.__version__}"

    # ---- settings

    def _bind(self) -> None:
        config, network = self._config, self._network
        self._activations = [activation_named(layer.activation) for layer in network.hidden]
        self._units = sum(layer.width for layer in network.hidden)
        self._make_window()
        self._update: Update | None = None
        self._scale = 1.0
        if self._lbfgs is None:
            folded = config.optimizer == "sgd" and not config.clip
            kind = FoldedSgd if folded else UPDATES[config.optimizer]
            self._update = kind(self.theta, self._g, self.slots)
        self._penalties: list[tuple[Array, float]] = []
        self._tail = self._make_tail()
        self._programs = BatchPrograms(
            network, self._activations, layout(network.sizes).matrices(self.theta),
            layout(network.sizes).matrices(self._g), bool(config.dropout) and self._lbfgs is None,
        )  # fmt: skip
        self._whole_epoch: Program = []
        self._by_place: dict[tuple[int, int], Program] = {}
        self._total = np.zeros_like(self._g) if self._batch > self._window else self._g
        self._set_rate(rate(config, self.epoch))

    def _make_window(self) -> None:
        """Room for as many whole batches as fit, and have programs of their own."""
        values = self._network.fan_in + self._network.outputs + 1
        most = max(1, min(WINDOW_VALUES // values, MAX_PROGRAMS * self._batch))
        self._window = min(self._rows, most)
        if self._batch <= self._window < self._rows:
            self._window -= self._window % self._batch
        elif self._batch > self._window:
            # Parts of a batch need room in every layer as well, several times.
            self._window = max(1, WINDOW_VALUES // (values + LAYER_BUFFERS * self._units))
        # Rows as in the data: a batch is contiguous in memory, and its transpose a cheap operand.
        self._x = np.ones((self._window, self._network.fan_in + 1))
        self._y = np.empty((self._network.outputs, self._window))
        self._w = None if self._examples.weights is None else np.empty(self._window)
        self._held = (-1, -1)  # the epoch, and the first row, of what is in the window
        self._ordered, self._row_order = -1, self._examples.rows

    def _set_rate(self, value: float) -> None:
        """η of the epoch that begins."""
        self._rate = value
        if self._update is not None:
            self._update.set_rate(value)
            self._scale = -value if isinstance(self._update, FoldedSgd) else 1.0
        for factors, strength in self._penalties:
            for weights, _ in layout(self._network.sizes).weights(factors):
                weights[...] = strength * self._scale
        self._programs.set_scale(self._scale)

    def _make_tail(self) -> Program:
        """What follows the gradient: penalties, locks, clipping, the update of θ."""
        if self._update is None:
            return []
        program = self._penalty()
        locked = self._locked
        if locked is not None:
            held = self.theta[locked]
            program.append(partial(self._g.__setitem__, locked, 0.0))
        if self._config.clip:
            program.append(self._clip)
        program += self._update.program
        if locked is not None:
            # Momentum and decay may still move what has no gradient.
            program.append(partial(self.theta.__setitem__, locked, held))
        return program

    def _penalty(self) -> Program:
        """g ← g + s(λ₁ sign(w) + λ₂w), s being the scale of the gradient; biases have λ = 0."""
        program: Program = []
        if not self._config.l1 and not self._config.l2:
            return program
        work = np.empty_like(self.theta)
        for strength, sign in ((self._config.l2, False), (self._config.l1, True)):
            if strength == 0:
                continue
            factors = np.zeros_like(self.theta)
            self._penalties.append((factors, strength))
            if sign:
                program += [partial(np.sign, self.theta, work), partial(np.multiply, work, factors, work)]
            else:
                program.append(partial(np.multiply, self.theta, factors, work))
            program.append(partial(np.add, self._g, work, self._g))
        return program

    def _clip(self) -> None:
        """Shorten g to the largest norm allowed, as torch.nn.utils.clip_grad_norm_ does."""
        norm = float(np.sqrt(self._g.dot(self._g)))
        factor = self._config.clip / (norm + CLIP_EPSILON)
        if factor < 1.0:
            np.multiply(self._g, factor, self._g)

    def set_parameter(self, index: int, value: float) -> None:
        """Set θ[index] before the next update."""
        super().set_parameter(index, value)
        if self._locked is not None and self._locked[index]:
            self._adopt()

    # ---- the window

    def _fill(self, start: int) -> None:
        """Bring the rows from `start` on, in the order of the present epoch, into the window."""
        epoch = self.epoch if self._shuffled else 0
        if self._held == (epoch, start):
            return
        if self._ordered != epoch:
            self._ordered, self._row_order = epoch, self._epoch_rows()
        rows = self._row_order[start : start + self._window]
        count, examples = len(rows), self._examples
        self._x[:count, :-1] = examples.X[rows]
        self._y[:, :count] = examples.y[rows].T
        if self._w is not None and examples.weights is not None:
            self._w[:count] = examples.weights[rows]
        self._held = (epoch, start)

    def _part(self, start: int, stop: int, size: int, first: int = 0) -> Program:
        """The gradient of the window's columns start … stop, from column `first` of a batch of `size` rows."""
        weights = None if self._w is None else self._w[start:stop]
        x, y = self._x[start:stop].T, self._y[:, start:stop]
        return self._programs.gradient(x, y, weights, size, partial(self._dropped, first))

    def _dropped(self, first: int, shape: tuple[int, int]) -> NDArray[np.float64]:
        """Dropout's factors (units, columns) for the present update."""
        units, columns = shape
        factors = kept(self._dropout_key, self.step, self._config.dropout, (columns, units), first * units)
        return factors.T

    # ---- updates

    def _program(self, start: int, stop: int) -> Program:
        """One update on the window's columns start … stop."""
        program = self._by_place.get((start, stop))
        if program is None:
            if len(self._by_place) >= MAX_PROGRAMS:
                self._by_place.clear()
                self._whole_epoch = []
            program = self._by_place[start, stop] = self._part(start, stop, stop - start) + self._tail
        return program

    def _epoch_program(self) -> Program:
        """All updates of one whole epoch in a row."""
        if not self._whole_epoch:
            for start in range(0, self._rows, self._batch):
                self._whole_epoch += self._program(start, min(start + self._batch, self._rows))
        return self._whole_epoch

    def _at_once(self) -> bool:
        """Whether whole epochs are run as one list."""
        whole = self._window == self._rows and not self._config.dropout
        return whole and self.steps_per_epoch() <= LONGEST

    def _until_look(self) -> int:
        """Whole epochs, where they are run as one list."""
        if not self._at_once():
            return self.check_every
        per_epoch = self.steps_per_epoch()
        return self.steps_to_epoch_end() + max(0, self.check_every // per_epoch - 1) * per_epoch

    def _updates(self, count: int) -> None:
        per_epoch, left, at_once = self.steps_per_epoch(), count, self._at_once()
        while left > 0:
            if (now := rate(self._config, self.epoch)) != self._rate:
                self._set_rate(now)
            if at_once and self.cursor == 0 and left >= per_epoch:
                self._fill(0)
                run(self._epoch_program())
                self.step, self.epoch, left = self.step + per_epoch, self.epoch + 1, left - per_epoch
                continue
            stop = min(self.cursor + self._batch, self._rows)
            self._one(self.cursor, stop)
            self.step, self.cursor, left = self.step + 1, stop, left - 1
            if stop == self._rows:
                self.cursor = 0
                self.epoch += 1
        if self._update is not None and not self._update.counts:
            self.slots["t"] += count

    def _one(self, start: int, stop: int) -> None:
        """One update on the epoch's rows start … stop."""
        if stop - start > self._window:
            self._gradient_in_parts(start, stop)
            run(self._tail)
            return
        # After a change of the batch size a batch may begin anywhere: the window then begins there.
        base = start // self._window * self._window
        if stop > base + self._window:
            base = start
        self._fill(base)
        run(self._program(start - base, stop - base))

    def _gradient_in_parts(self, start: int, stop: int) -> None:
        """The gradient of a batch that is larger than the window, into `_g`."""
        self._total.fill(0.0)
        for at in range(start, stop, self._window):
            self._fill(at)
            end = min(at + self._window, stop)
            run(self._part(0, end - at, stop - start, at - start))
            np.add(self._total, self._g, self._total)
        np.copyto(self._g, self._total)

    def _loss_gradient(self) -> float:
        """L over all training rows at θ, without penalties; its gradient is written into `_g`."""
        total, loss = np.zeros_like(self._g), 0.0
        row = LOSSES[self._network.loss]
        for start in range(0, self._rows, self._window):
            self._fill(start)
            stop = min(start + self._window, self._rows) - start
            run(self._part(0, stop, self._rows))
            each = row.each(self._programs.outputs(stop), self._y[:, :stop])
            loss += float(np.add.reduce(each if self._w is None else each * self._w[:stop]))
            total += self._g
        self._g[...] = total
        return loss / self._rows
