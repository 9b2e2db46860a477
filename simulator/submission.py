"""What the learner submits: checked for being real before it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from simulator.errors import BadSubmission, did_you_mean

if TYPE_CHECKING:
    from simulator.drill import Drill


def hand_in(drill: Drill, answers: Mapping[str, Any]) -> None:
    """Keep answers; one given again replaces the earlier, but what it accused of stays counted.

    Somebody is innocent who has done nothing by now; an ARN may be given by the name at its end.

    Raises what `accept` raises.
    """
    kept = accept(drill, answers)
    drill.submission |= kept
    drill.deeds.append((drill.now(), "submitted", ", ".join(answers)))
    for finding, fact in drill.play.scenario.accuses.items():
        guilty = {_bare(one) for one in _listed(drill.facts.get(fact, ()))}
        for one in _listed(kept.get(finding, ())):
            if one and _bare(one) not in guilty:
                drill.accused.setdefault(_bare(one), one)


def _listed(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value


def _bare(name: str) -> str:
    """What an ARN ends with; another text as it is."""
    return name.rpartition("/")[2]


def accept(drill: Drill, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as they are kept: a text, or a list of texts without repetition.

    Raises:
        BadSubmission: an answer that nobody asked for, of another kind, an event id that is in no
            record of this account, or an accusation of somebody of whom no record tells. Nothing of
            this call is kept then.
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
    for finding in drill.play.scenario.accuses:
        _somebody_is_called(drill, finding, _listed(kept.get(finding, ())))
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


def _somebody_is_called(drill: Drill, finding: str, names: Iterable[str]) -> None:
    unknown = {name for name in names if name}
    for record in drill.account.records if unknown else ():
        text = json.dumps(record)
        unknown = {name for name in unknown if name not in text}
        if not unknown:
            return
    if unknown:
        raise BadSubmission(
            f"No record of this account tells of {min(unknown)!r}: as {finding!r} give what "
            "lab.trail() calls them, such as an ARN in identity_arn."
        )
