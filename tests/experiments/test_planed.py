"""What follows from a painting: in the promised order, complete, ended when asked."""

from __future__ import annotations

import numpy as np
import pytest

from mlpviz.data.painted import Painted, points, preset, raised
from mlpviz.errors import UserError
from mlpviz.experiments.planed import PLANE_WIDTHS, PlaneNet, derive_plane
from mlpviz.nn.evaluate import predict
from mlpviz.nn.layout import frozen
from mlpviz.universality import plane
from mlpviz.universality.target import plane_network

WIDTHS = (1, 2, 4, 8)


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    plane._made.cache_clear()
    plane._measured.cache_clear()


def test_nets_come_from_narrow_to_wide_and_are_real_networks() -> None:
    painted = preset("ridge")
    found = list(derive_plane(painted, "relu", (8, 1, 4, 2, 2)))
    assert [len(update.nets) for update in found] == [1, 2, 3, 4]
    assert [update.complete for update in found] == [False] * 3 + [True]
    last = found[-1]
    assert (last.painted, last.activation, last.widths, last.floor) == (painted, "relu", WIDTHS, None)
    assert [net.width for net in last.nets] == list(WIDTHS)
    for net in last.nets:
        assert net.values.shape == painted.samples.shape
        assert not net.values.flags.writeable
        values = predict(plane_network(net.width, "relu"), net.theta, points())[:, 0]
        np.testing.assert_array_equal(net.values.ravel(), values)
        assert net.rms == pytest.approx(float(np.sqrt(np.mean((net.values - painted.samples) ** 2))), rel=1e-9)
        assert net.sup >= np.abs(net.values - painted.samples).max() * (1 - 1e-12)
        assert net.seconds >= 0
    rms = [net.rms for net in last.nets]
    assert rms == sorted(rms, reverse=True)
    assert last.net(4) is last.nets[2]
    assert last.net(3) is None


def test_a_net_of_the_shown_width_comes_first_and_stays_until_a_better_one_is_there() -> None:
    painted = preset("bumps")
    found = list(derive_plane(painted, "tanh", WIDTHS, first=4))
    assert [net.width for net in found[0].nets] == [4]
    assert [[net.width for net in update.nets] for update in found[1:4]] == [[1, 4], [1, 2, 4], [1, 2, 4]]
    assert [update.first for update in found] == [4, 4, 4, *[None] * (len(found) - 3)]
    for update in found:
        rms = [net.rms for net in update.nets]
        assert rms == sorted(rms, reverse=True)
    without = list(derive_plane(painted, "tanh", WIDTHS))
    assert [net.theta.tobytes() for net in found[-1].nets] == [net.theta.tobytes() for net in without[-1].nets]
    again = next(derive_plane(painted, "tanh", (*WIDTHS, 5), first=5))
    assert [net.width for net in again.nets] == [*WIDTHS[:3], 5, 8]  # what is at hand stays in sight
    assert again.nets[2].theta is found[-1].nets[2].theta
    assert not again.complete


def test_a_width_between_is_made_beside_the_others() -> None:
    painted = preset("product")
    *_, plain = derive_plane(painted, "sin", WIDTHS)
    *_, more = derive_plane(painted, "sin", (*WIDTHS, 6), first=6)
    assert [net.width for net in more.nets] == [1, 2, 4, 6, 8]
    assert more.net(8).theta.tobytes() == plain.net(8).theta.tobytes()  # type: ignore[union-attr]
    assert more.complete


def test_the_first_net_of_a_painting_starts_from_the_one_of_the_painting_before() -> None:
    painted = preset("bumps")
    *_, known = derive_plane(painted, "tanh", (16,))
    moved = raised(painted, 0.5, 0.5, 0.1, 0.02)
    shown = known.net(16)
    assert isinstance(shown, PlaneNet)
    first = next(derive_plane(moved, "tanh", PLANE_WIDTHS, first=16, before=shown))
    alone = next(derive_plane(moved, "tanh", PLANE_WIDTHS, first=16))
    assert first.nets[0].rms < alone.nets[0].rms


def test_polynomials_come_with_their_floor() -> None:
    *_, last = derive_plane(preset("saddle"), "square", WIDTHS)
    assert last.floor == pytest.approx(0, abs=1e-12)
    assert last.nets[1].rms < 1e-9
    *_, last = derive_plane(preset("bumps"), "square", WIDTHS)
    assert last.floor is not None
    assert last.nets[-1].rms == pytest.approx(last.floor, rel=1e-9)


def test_asked_to_stop_it_ends_without_being_complete() -> None:
    assert len(list(derive_plane(preset("ring"), "tanh", WIDTHS, 4, stopping=lambda: True))) == 1
    assert list(derive_plane(preset("ring"), "tanh", WIDTHS, stopping=lambda: True)) == []


def test_what_cannot_be_worked_with_is_refused_in_one_sentence() -> None:
    tiny = Painted(frozen(1e-280 * preset("bumps").samples))
    with pytest.raises(UserError, match="beyond what can be trained"):
        list(derive_plane(tiny, "tanh", WIDTHS))
    with pytest.raises(UserError, match="from 1 to 256"):
        list(derive_plane(preset("bumps"), "tanh", (512,)))
    with pytest.raises(UserError, match="Unknown activation"):
        list(derive_plane(preset("bumps"), "step", WIDTHS))
