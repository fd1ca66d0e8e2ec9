"""The sole owner of mutable application state: the document, its undo stack, the running job."""

from mlpviz.session.live import Live
from mlpviz.session.session import Session

__all__ = ["Live", "Session"]
