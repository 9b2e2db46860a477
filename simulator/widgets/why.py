"""Why a call was refused or allowed, as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.errors import BadSubmission
from simulator.widgets.pages import Page

_RESULTS = {
    "Allowed": "Allowed.",
    "ImplicitlyDenied": "Implicitly denied: no statement denies it, but a policy that must allow it doesn't.",
    "ExplicitlyDenied": "Explicitly denied: whatever else allows it, a statement denies it.",
}
_MOST = 8
_REQUEST_ID = ("x-amz-request-id", "x-amzn-requestid")


class Why(Page):
    """What a call needed, which policy decided, and what nearly applied."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        parts = [_headline(answer), *(_need(need) for need in answer["needs"])]
        super().__init__("\n\n".join(parts))


def call_id(call: Any) -> str:
    """The id that a ClientError, a CloudTrail event or a text carries.

    Raises:
        BadSubmission: it carries none.
    """
    if isinstance(call, str):
        return call
    response = getattr(call, "response", call)
    if isinstance(response, Mapping):
        metadata = response.get("ResponseMetadata", {})
        headers = metadata.get("HTTPHeaders", {})
        ids = [response.get("eventID"), response.get("EventId")]
        ids += [headers.get(name) for name in _REQUEST_ID]  # the body of an error may name another
        for found in (*ids, metadata.get("RequestId")):
            if found:
                return str(found)
    raise BadSubmission(
        "lab.why() takes the ClientError that boto3 raised, a CloudTrail event, or the id of a "
        f"request or an event; this {type(call).__name__} has no such id."
    )


def _headline(answer: dict[str, Any]) -> str:
    text = f"### {answer['call']}\n\n{answer['time']}, by `{answer['caller']}`: "
    if answer["refused"]:
        return f"{text}**refused** with `{answer['error']}`."
    if not answer["needs"]:
        said = f"`{answer['error']}`: {answer['message']}" if answer["error"] else "it was answered"
        return f"{text}{said}. No policy was asked about this call."
    if answer["error"]:
        return f"{text}allowed by the policies, and failed then with `{answer['error']}`: {answer['message']}"
    return f"{text}**allowed**."


def _need(need: dict[str, Any]) -> str:
    reason = need["because"].removeprefix(f"{need['layer']}: ")
    parts = [
        f"#### `{need['action']}` on `{need['resource']}`",
        f"{_RESULTS[need['result']]} Decided by the **{need['layer']}**: {reason}.",
    ]
    if need["matched"]:
        parts.append("Statements that applied:")
        parts.append(_table("policy|effect|statement|conditions", map(_match, need["matched"])))
    if need["near"]:
        parts.append("One element short of applying:")
        columns = "policy|effect|statement|element|wanted|found"
        parts.append(_table(columns, (tuple(one.values()) for one in need["near"])))
    elif need["result"] == "ImplicitlyDenied":
        parts.append("No statement was only one element short of allowing it.")
    return "\n\n".join(parts)


def _match(one: dict[str, Any]) -> tuple[str, ...]:
    conditions = "; ".join(one["conditions"]) or "none"
    return one["layer"], one["effect"], one["statement"], conditions


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    listed = list(rows)
    columns = head.split("|")
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in listed[:_MOST]]
    more = len(listed) - _MOST
    return "\n".join(lines) + (f"\n\nand {more} more." if more > 0 else "")


def _cell(text: str) -> str:
    """Text that a cell shows as it is: `*` and `|` mean something in Markdown."""
    plain = text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
    return plain.replace("*", "\\*").replace("_", "\\_").replace("<", "\\<") or '""'
