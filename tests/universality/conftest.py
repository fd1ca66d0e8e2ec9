"""The kernels where there are any: walking through a tube is a hundred times faster then, with the same bits."""

from __future__ import annotations

import pytest

from mlpviz.nn.compiled import loading


@pytest.fixture(scope="session", autouse=True)
def kernels() -> bool:
    return loading.ready() and loading.load()
