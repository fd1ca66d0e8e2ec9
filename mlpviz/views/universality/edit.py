"""Edits made on the Universality page."""

from __future__ import annotations

from mlpviz.session import Session
from mlpviz.session.session import Change


def edit(session: Session, name: str, change: Change, merge: str | None = None) -> bool:
    """Do one command. A sweep under way would go on for what is no longer there: it is paused, its nets stay."""
    if session.job == "sweep":
        session.pause_sweep()
    return session.edit(name, change, merge=merge)
