"""A post-mortem draft: facts from the records, and blanks for what the learner thinks of them."""

from __future__ import annotations

from typing import Any

from simulator.widgets.chronicle import rows_of
from simulator.widgets.marks import times
from simulator.widgets.reaching import counted, summary
from simulator.widgets.words import at, between, span
from simulator.widgets.worked import plain

_MOST = 60
_HIDDEN = "*Filled in once your DETECT checks hold.*"


def postmortem(report: dict[str, Any]) -> str:
    """The draft in Markdown, in the order of the usual template."""
    parts = [
        "## Post-mortem (draft)",
        "### Summary",
        _summary(report),
        _blank("in two sentences, for somebody who wasn't there: what happened, and is it over?"),
        "### Impact",
        _impact(report),
        _blank("who has to be told, and by when? What can't be known from these records?"),
        "### Timeline (UTC)",
        _timeline(report),
        "### Root cause",
        plain(report["cause"]) if report["cause"] else "",
        _when(report),
        _blank("why was that possible, and why did nobody notice? Ask why at least three times."),
        "### Detection",
        _detection(report),
        _blank("which signal should have told you, and how much earlier?"),
        "### Response",
        _response(report),
        _blank("in which order would you do it again? What did you destroy that was evidence?"),
        "### Recovery",
        _recovery(report),
        _blank("how do you know that nothing of the adversary's is left?"),
        "### What went well",
        _well(report),
        _blank("what will you do the same way next time?"),
        "### What went badly",
        _badly(report),
        _blank("what cost the most time, and why?"),
        "### Where we got lucky",
        _blank("what could the adversary have done with what it had, and didn't?"),
        "### Action items",
        "| what | who | by when |\n|---|---|---|\n| _a control that would have prevented it_ | | |\n"
        "| _an alarm that would have told you sooner_ | | |\n| _a step of the playbook_ | | |",
    ]
    return "\n\n".join(filter(None, parts))


def _blank(question: str) -> str:
    return f"> _Your judgement: {question}_"


def _summary(report: dict[str, Any]) -> str:
    attack, known = report["attack"], report["times"]
    if attack is None:
        return f"{_HIDDEN} You arrived at {at(known['arrived'])}."
    return (
        f"From {at(known['attack'])} on an adversary made {counted(attack['attempts'], 'attempts')} "
        f"in the account `{report['account_id']}`; {attack['refused']} of them failed or were "
        f"refused. You arrived at {at(known['arrived'])}. {_radius(report)}"
    )


def _radius(report: dict[str, Any]) -> str:
    before, now = report["reach"]
    then = f"When you arrived: {plain(summary(before))}. " if before else ""
    return f"{then}Now: {plain(summary(now))}."


def _impact(report: dict[str, Any]) -> str:
    attack, lines = report["attack"], []
    if attack is None:
        lines.append(f"- {_HIDDEN}")
    else:
        lines += [
            f"- {counted(each['objects'], 'objects')} of `{each['bucket']}` read"
            f"{_size(each['bytes'])}"
            for each in attack["taken"]
        ]
        made = [change for actor in attack["actors"] for change in actor["changed"]]
        if made:
            lines.append(f"- Changed in the account: {_listed(made)}")
        if not attack["taken"] and not made:
            lines.append("- CloudTrail shows nothing read from S3 and nothing changed.")
    for outage in report["outages"]:
        until = at(outage["until"]) if outage["until"] else "now"
        lines.append(
            f"- Outage of {plain(outage['workload'])}: {span(outage['minutes'])}, "
            f"{at(outage['since'])} to {until}"
        )
    if not report["outages"]:
        lines.append("- No outage of the company's since you arrived.")
    return "\n".join(lines)


def _size(size: int) -> str:
    return f", {size:,} bytes" if size else ""


def _timeline(report: dict[str, Any]) -> str:
    rows = rows_of(report)
    lines = ["| when | who | what |", "|---|---|---|"]
    lines += [f"| {when} | {who} | {plain(what)} |" for when, who, what in rows[:_MOST]]
    more = f"\n\nand {len(rows) - _MOST} more." if len(rows) > _MOST else ""
    return "\n".join(lines) + more


def _when(report: dict[str, Any]) -> str:
    mistake = report["times"]["mistake"]
    return f"The mistake was made at {at(mistake)}." if mistake else _HIDDEN


def _detection(report: dict[str, Any]) -> str:
    attack, known = report["attack"], report["times"]
    if attack is None:
        return _HIDDEN
    age = between(known["attack"], known["arrived"])
    found = report["phases"].get("detect")
    told = f" All that was asked was found out at {at(found)}." if found else ""
    rows = ["| identity | from | first to last | calls | refused |", "|---|---|---|---|---|"]
    rows += [
        f"| {plain(actor['who'])} | {_listed(actor['from'])} | {at(actor['first'])} to "
        f"{at(actor['last'])} | {actor['calls']} | {actor['refused']} |"
        for actor in attack["actors"]
    ]
    table = "\n\n" + "\n".join(rows) if attack["actors"] else ""
    return f"The attack was {age} old when you arrived.{told}{table}"


def _response(report: dict[str, Any]) -> str:
    lines = [
        f"- {at(deed['first'])} {times(plain(deed['operation']), deed['count'])}"
        f"{': ' + plain(deed['what']) if deed['what'] else ''}"
        f"{' (refused: ' + plain(deed['error']) + ')' if deed['error'] else ''}"
        for deed in report["response"]
    ]
    contained = report["phases"].get("contain")
    if contained:
        lines.append(f"- {at(contained)} **contained**")
    return "\n".join(lines) or "Nothing was changed yet."


def _recovery(report: dict[str, Any]) -> str:
    recovered = report["phases"].get("recover")
    said = f"Recovered at {at(recovered)}. " if recovered else "Not recovered yet. "
    minutes = sum(outage["minutes"] for outage in report["outages"])
    return f"{said}{span(minutes)} of outage, each workload counted." if minutes else said.strip()


def _well(report: dict[str, Any]) -> str:
    held = [check for check in report["check"]["checks"] if check["verdict"] == "PASSED"]
    return "\n".join(f"- {plain(check['claim'])}" for check in held) or "- _nothing holds yet_"


def _badly(report: dict[str, Any]) -> str:
    open_ = [check for check in report["check"]["checks"] if check["verdict"] == "FAILED"]
    lines = [f"- {plain(check['reason'] or check['claim'])}" for check in open_]
    lost = [line for line in report["check"].get("lines", []) if line["points"] < 0]
    lines += [f"- {plain(line['what'])}: {plain(line['why'])}" for line in lost]
    return "\n".join(lines) or "- _no check fails and nothing cost points_"


def _listed(values: list[str], most: int = 8) -> str:
    shown = ", ".join(f"`{value.replace('`', '')}`" for value in values[:most])
    return f"{shown} and {len(values) - most} more" if len(values) > most else shown
