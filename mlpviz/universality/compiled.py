"""`tube`, compiled."""

from __future__ import annotations

from typing import Any

from numba import float64, int64, types
from numba.extending import register_jitable

from mlpviz.nn.compiled.jit import entry
from mlpviz.universality import tube

for _part in (tube.crossing, tube.last_reached, tube.same, tube.ceilings, tube.farthest):
    register_jitable(error_model="numpy")(_part)

_types: Any = types  # it has none of its own
_samples: Any = _types.Array(float64, 2, "C", readonly=True)
_link: Any = _types.UniTuple(int64, 4)
_links: Any = int64[:, ::1]
_room: Any = float64[:, ::1]
walk = entry(int64, _samples, float64, _link, int64, int64, _links, _links, _links, _room, _room)(tube.walk)
event = entry(float64, _samples, float64, _link, _links, int64, int64)(tube.event)
