"""Findings come up, and suppression rules archive them as they do.

Sources: "Suppressing Macie findings", "Types of Macie findings": policy findings are updated, sensitive
data findings are always new, and both are kept for 90 days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from simulator.macie import criteria
from simulator.macie.finding import told
from simulator.macie.state import Found, Session

_KEPT = timedelta(days=90)


def collect(session: Session, fresh: Iterable[Found]) -> Session:
    """The session with further findings, suppressed if a rule says so."""
    added = {one.id: suppressed(one, session) for one in fresh}
    return replace(session, findings={**session.findings, **added})


def suppressed(found: Found, session: Session) -> Found:
    """The finding, archived if it fits a filter whose action that is."""
    document = told(found)
    fits = any(
        one.action == "ARCHIVE" and criteria.matches(document, one.criterion)
        for one in session.filters.values()
    )
    return replace(found, archived=True, suppressed=True) if fits else found


def expired(session: Session, until: datetime) -> Session:
    """Without the findings of 90 days ago."""
    kept = {name: one for name, one in session.findings.items() if until - one.updated < _KEPT}
    return session if len(kept) == len(session.findings) else replace(session, findings=kept)
