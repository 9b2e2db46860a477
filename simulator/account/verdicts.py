"""What the policy engine said of an account's last calls, so that somebody can ask why.

Of a refusal the question and the policies are kept, and taken apart only when asked; of an allowed
need its one-sentence reason. Nothing of a trial that is undone stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.iam.decision import Decision
from simulator.iam.evaluate import PolicySet
from simulator.iam.request import Request

if TYPE_CHECKING:
    from simulator.gateway.call import Call

REFUSALS = 2_000
OTHERS = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One action of a call, and the answer."""

    action: str
    resource: str
    decision: Decision
    grounds: tuple[Request, PolicySet] | None = None
    """What the answer follows from; kept of a refusal alone."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A call with all that was asked about it."""

    request_id: str
    event_id: str
    operation: str
    """As policies name it: "s3:GetObject"."""
    time: str
    """ISO 8601, UTC."""
    caller: str
    asked: tuple[Asked, ...]
    error: tuple[str, str] | None
    """Code and message of what the caller was answered; None for a call that succeeded."""


def asked(request: Request, policies: PolicySet, decision: Decision) -> Asked:
    """What to keep of one decision."""
    grounds = None if decision.allowed else (request, policies)
    return Asked(request.action, request.resource, decision, grounds)


class Verdicts:
    """The last refusals and the last other calls of one account, oldest first."""

    def __init__(self) -> None:
        self._refusals: dict[str, Kept] = {}
        self._others: dict[str, Kept] = {}

    def keep(self, call: Call) -> None:
        """Remember a call that is done; it takes the place of the oldest of its kind."""
        refused = bool(call.asked) and call.asked[-1].grounds is not None
        into, most = (self._refusals, REFUSALS) if refused else (self._others, OTHERS)
        outcome = call.outcome
        failed = outcome is not None and outcome.error_code is not None
        into[call.event_id] = Kept(
            request_id=call.request_id,
            event_id=call.event_id,
            operation=f"{call.service}:{call.operation}",
            time=call.time.isoformat(timespec="seconds"),
            caller=call.caller.arn or "anonymous",
            asked=tuple(call.asked),
            error=(outcome.error_code or "", outcome.error_message or "")
            if outcome is not None and failed
            else None,
        )
        if len(into) > most:
            del into[next(iter(into))]

    def find(self, call_id: str) -> Kept | None:
        """The latest call of a request id or an event id."""
        for kept in (self._refusals, self._others):
            if call_id in kept:
                return kept[call_id]
            for one in reversed(kept.values()):
                if one.request_id == call_id:
                    return one
        return None

    def save(self) -> tuple[dict[str, Kept], dict[str, Kept]]:
        return dict(self._refusals), dict(self._others)

    def restore(self, saved: tuple[dict[str, Kept], dict[str, Kept]]) -> None:
        refusals, others = saved
        self._refusals, self._others = dict(refusals), dict(others)
