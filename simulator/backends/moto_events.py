"""moto's EventBridge and what moto tells it: events are delivered here by simulator.events alone.

moto delivers with no look at policies or at whether a rule is enabled, to some kinds of targets,
and makes up events of Amazon S3 in which requesters and addresses are constants.
"""

from __future__ import annotations

import sys
from typing import Any


def adopt() -> None:
    """Let moto deliver nothing; each of its modules that is loaded is seen to."""
    events: Any = sys.modules.get("moto.events.models")
    if events is not None:
        events.Rule.send_to_targets = _nothing
    s3: Any = sys.modules.get("moto.s3.models")
    if s3 is not None:
        s3.events_send_notification = _nothing


def _nothing(*_: Any, **__: Any) -> None:
    return None
