"""What the learner submits: checked for being real before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.errors import BadSubmission, did_you_mean

if TYPE_CHECKING:
    from simulator.drill import Drill


def accept(drill: Drill, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are kept: a text, or a list of texts without repetition.

    Raises:
        BadSubmission: an answer that nobody asked for, of another kind, or an event id that is
            in no record of this account. Nothing of this call is kept then.
    """
    asked = drill.play.scenario.findings
    kept: dict[str, Any] = {}
    for name, value in answers.items():
        if name not in asked:
            known = ", ".join(asked)
            raise BadSubmission(
                f"{name!r} is not asked for; submit {known}.{did_you_mean(name, asked)}"
            )
        kept[name] = _plain(name, value)
    if "evidence" in kept:
        _events_exist(drill, kept["evidence"])
    return kept


def _plain(name: str, value: Any) -> str | list[str]:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (list, tuple, set)) and all(isinstance(each, str) for each in value):
        return list(dict.fromkeys(each.strip() for each in value))
    raise BadSubmission(f"{name!r} takes a text or a list of texts, not {type(value).__name__}.")


def _events_exist(drill: Drill, ids: str | list[str]) -> None:
    known = {record["eventID"] for record in drill.account.records}
    unknown = [each for each in ([ids] if isinstance(ids, str) else ids) if each not in known]
    if unknown:
        raise BadSubmission(
            f"No event of this account has the id {', '.join(map(repr, unknown[:3]))}"
            f"{' (and others)' if len(unknown) > 3 else ''}. Give eventID values from lab.trail()."
        )
