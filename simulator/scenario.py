"""The vocabulary a scenario's author writes in. CONTRIBUTING.md shows how.

A scenario is a module with a `scenario = Scenario(…)`, four acts - `baseline`, `inject`,
`workload`, `detonate` - its `routines`, and functions marked with `@check`. Arguments are cast by
name: a principal of the scenario, what an earlier act returned, or one of the names below.

In acts: `admin`, `rng`, `fake`, `now`, `account_id`, `settings`, `hosts`, `functions`, `internet`,
`world`, `perform`, `root_password(password)`, `foreign_account(number, user)`.
In checks also: `denied(act)`, `works(act)`, `replay(act)`, `open_ways(*names)`, `submitted`,
`auditor`, `records`, `first_record`, `learner`, `thieves`.

A principal is a boto3 client of every service (`thief.s3`); it can `pause`, and in a browser
`console_login` and `switch_role`: its calls are a console session's until the act ends. Beside that
it has `get(url)`, which asks a web server through a load balancer, and `resolve(name, instance=…)`,
which asks a VPC's resolver. What servers answer and which names there are `internet` is told:
`internet.serve(instance, {"/": "Welcome"})`, `internet.name("updates.example.net", "203.0.113.5")`.

A Lambda function does what `functions.equip(name, act)` says, whenever an EventBridge schedule or
somebody who may starts it: the act asks for `function`, a principal with a session of the execution
role, and what it returns are facts.

What the adversary obtained are its ways, marked with `@way`: whenever it comes back, about every two
hours, it tries each. An optional act `adapt` is what it does, once, when it finds one closed. An
optional act `prowl` is what else it does whenever it comes back.

An act that is replayed, and a way, may be a generator that yields callables: each is tried, whatever
became of the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    """Phases of incident response (NIST SP 800-61, "Computer Security Incident Handling Guide")."""

    DETECT = "detect"
    CONTAIN = "contain"
    ERADICATE = "eradicate"
    RECOVER = "recover"
    LEARN = "learn"


@dataclass(frozen=True, slots=True)
class Actor:
    """A principal of a scenario: whose credentials, from where, with which tool.

    `keys` names the fact that holds the credentials (what an act returned), or is a function
    that fetches them, its arguments cast by name; None is an anonymous caller. `network` names
    the address block the actor calls from: actors of one network share it. `tls` says whether its
    requests count as sent over TLS: aws:SecureTransport is false for an old tool that sends them
    in the clear.
    """

    keys: str | Callable[..., Mapping[str, Any]] | None
    network: str
    agent: str | Callable[..., str]
    hostile: bool = False
    tls: bool = True


@dataclass(frozen=True, slots=True)
class Routine:
    """Something that a company does again and again: an act, how often, since when.

    `jitter` is the share of the period by which each time may be off. A routine with a `name` is a
    workload that the company depends on: a run of it that fails is an outage, until one works again.
    `pulse` is how often it runs from the learner's arrival on, where that is not `every`: often enough
    for an outage to show soon, while the weeks before are quickly played.
    """

    act: Callable[..., Any]
    every: timedelta
    since: timedelta
    jitter: float = 0.2
    name: str = ""
    pulse: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the catalogue shows of a scenario, and its cast."""

    title: str
    pillar: str
    """An area of the Well-Architected Security Pillar."""
    severity: str
    difficulty: int
    """1 to 5."""
    minutes: int
    """How long a learner takes."""
    attack: tuple[str, ...]
    """MITRE ATT&CK technique ids."""
    controls: tuple[str, ...]
    """CIS AWS Foundations v3.0 ("1.14") and FSBP ("IAM.3") controls."""
    principals: Mapping[str, Actor]
    region: str = "us-east-1"
    built: timedelta = timedelta(days=21)
    """How long before now the baseline was built."""
    injected: tuple[timedelta, timedelta] = (timedelta(days=3), timedelta(days=6))
    """Between which ages the mistake was made."""
    attacked: tuple[timedelta, timedelta] = (timedelta(hours=7), timedelta(hours=20))
    """Between which ages the attack began."""
    fidelity: str = ""
    """What the simulation simplifies, in words for the learner."""
    cause: str = ""
    """What made the attack possible, for the report of a learner who found it out; facts are filled in."""
    findings: Mapping[str, str] = field(default_factory=dict)
    """What `lab.submit` takes: name → what it is."""
    accuses: Mapping[str, str] = field(default_factory=dict)
    """Findings that accuse: name → the fact with the texts that are guilty. Anybody else who is ever
    submitted there is a wrong accusation."""


@dataclass(frozen=True, slots=True)
class Way:
    """Something that the adversary obtained and goes on using: a key, a session, an open connection.

    `holds` says what it is in words that name nothing the learner has to find. `obtained` is the
    fact without which the adversary doesn't have it; empty for what it has on every seed.
    """

    name: str
    holds: str
    act: Callable[..., Any]
    obtained: str = ""


def way(holds: str, *, obtained: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark an act as a way of the adversary's."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__dict__["way"] = Way(function.__name__, holds, function, obtained)
        return function

    return mark


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the grader judges. Its docstring's first paragraph is what the learner reads."""

    name: str
    phase: Phase
    points: int
    claim: str
    judge: Callable[..., None]
    needs: tuple[str, ...] = ()


def check(
    phase: Phase, *, points: int, needs: tuple[str, ...] | str = ()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a function as a check.

    It passes by returning and fails by `assert condition, "what is still true"`. `needs` names
    checks that must have passed before this one is judged.
    """

    def mark(function: Callable[..., None]) -> Callable[..., None]:
        function.__dict__["check"] = Check(
            name=function.__name__,
            phase=phase,
            points=points,
            claim=_claim(function),
            judge=function,
            needs=(needs,) if isinstance(needs, str) else needs,
        )
        return function

    return mark


def _claim(function: Callable[..., None]) -> str:
    """The first paragraph of the docstring; what follows is for those who read the code."""
    first, _, _ = (function.__doc__ or function.__name__).strip().partition("\n\n")
    return " ".join(first.split())


@dataclass(frozen=True, slots=True)
class Fix:
    """A response to the incident that the grader is tested with.

    `fails` maps each check that must catch it to a sentence of the reason the learner reads;
    the reference fix has none. `when` is the fact without which the fix means nothing, where the
    adversary's course differs by seed; empty for one that is right or wrong on every seed.
    """

    name: str
    claim: str
    apply: Callable[..., Any]
    fails: Mapping[str, str]
    when: str = ""


def fix(*, when: str = "", **fails: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a function in fixes.py: `@fix(check_name="part of the reason")` for a wrong one."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__dict__["fix"] = Fix(
            name=function.__name__.replace("_", "-"),
            claim=" ".join((function.__doc__ or "").split()),
            apply=function,
            fails=fails,
            when=when,
        )
        return function

    return mark
