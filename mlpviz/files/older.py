"""What documents of an earlier mlpviz held in another form."""

from __future__ import annotations

from typing import Any


def brought_up_to_date(document: Any) -> None:
    """Change a document's JSON in place to what the present classes hold; whatever is odd stays, to be refused."""
    if not isinstance(document, dict):
        return
    _several_methods(document.get("sweep"))
    results = document.get("results")
    if isinstance(results, dict):
        _several_methods(results.get("spec"))


def _several_methods(spec: Any) -> None:
    """A sweep once had one method and one seed."""
    if isinstance(spec, dict) and "method" in spec and not spec.keys() & {"methods", "seeds"}:
        spec["methods"] = [spec.pop("method")]
        spec["seeds"] = 1
