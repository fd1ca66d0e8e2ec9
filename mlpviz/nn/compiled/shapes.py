"""Which networks are small and plain enough for a function of their own; see `made`. NumPy only."""

from __future__ import annotations

from typing import NamedTuple

from mlpviz.nn.compiled.codes import ACTIVATION_CODES, LANES
from mlpviz.nn.losses import LOSSES
from mlpviz.nn.spec import Network

# Parameters times vectors of a block: beyond them the kernel's loops are as good, and compiling takes long.
MOST_PRODUCTS = 400


class Shape(NamedTuple):
    """What a function is made for.

    Attributes:
        sizes: units of every layer, the inputs' as the first layer sees them first.
        activations: of the hidden layers.
        loss: of those that treat every output alone.
        squash: whether ŷ = tanh ỹ.
        lanes: of the block, a multiple of eight.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    squash: bool
    lanes: int

    @property
    def products(self) -> int:
        """Vectors of products that make the gradient of one block."""
        pairs = zip(self.sizes, self.sizes[1:], strict=False)
        return sum((n + 1) * m for n, m in pairs) * self.lanes // LANES


def shape_of(network: Network, lanes: int) -> Shape | None:
    """The shape of a network for blocks of so many lanes; None: no function is made for it."""
    names = tuple(row.activation for row in network.hidden)
    squash = network.output_activation == "tanh" and LOSSES[network.loss].on_output
    shape = Shape((network.fan_in, *network.sizes[1:]), names, network.loss, squash, lanes)
    plain = network.loss != "softmax" and all(name in ACTIVATION_CODES for name in names)
    return shape if plain and shape.products <= MOST_PRODUCTS else None
