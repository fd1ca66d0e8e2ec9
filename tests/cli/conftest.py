"""What the tests of the commands begin with."""

from __future__ import annotations

import pytest

from mlpviz.nn.compiled import loading


@pytest.fixture(autouse=True, scope="session")
def kernels() -> None:
    """The kernels are compiled: every command would say otherwise that they are not."""
    loading.load()
