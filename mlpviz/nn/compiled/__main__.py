"""`python -m mlpviz.nn.compiled`: compile what is not in the cache yet; part of the set-up."""

from __future__ import annotations

import sys

from mlpviz.nn.compiled.loading import available, load


def main() -> int:
    """Compile; 0 also where Numba is not installed, for everything works without."""
    return 0 if not available() or load() else 1


if __name__ == "__main__":
    sys.exit(main())
