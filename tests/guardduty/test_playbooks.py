"""What GuardDuty finds of the playbooks' pasts: on before the attack, off, and without an attack.

`GUARDDUTY_SEEDS` says on how many seeds the slow ones are played: 3 if it is not set.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.guardduty import state

FINDINGS = {
    "iam-leaked-key": ("Persistence:IAMUser/AnomalousBehavior",),
    "s3-public-pii": (
        "Policy:S3/BucketAnonymousAccessGranted",
        "Policy:S3/BucketBlockPublicAccessDisabled",
    ),
    "ec2-compromised": (
        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    ),
    "net-open-admin": ("UnauthorizedAccess:EC2/SSHBruteForce",),
}
SEEDS = int(os.environ.get("GUARDDUTY_SEEDS", "3"))
OPENED = ("Policy:S3/",)
"""What is found of the mistake itself, before any attack."""


@dataclass(frozen=True)
class Past:
    """What was found in a past, and how many records there are since GuardDuty was on."""

    types: frozenset[str]
    early: tuple[str, ...]
    """Found before the attack began."""
    records: int


def past(
    patch: pytest.MonkeyPatch, name: str, seed: int, *, on: bool = True, alone: bool = False
) -> Past:
    """Play a past; with `on`, a detector is switched on as soon as the company is built.

    `alone` leaves mistake and attack out.
    """
    play = catalogue.load(name)
    built: Callable[..., Any] = play.module.baseline

    def baseline(perform: Any, admin: Any) -> Any:
        """The company, with GuardDuty on."""
        facts = perform(built)
        admin.guardduty.create_detector(Enable=True)
        return facts

    def inject() -> None:
        """Nobody makes a mistake."""

    def detonate() -> None:
        """Nobody attacks."""

    with patch.context() as changed:
        if on:
            changed.setattr(play.module, "baseline", baseline)
        if alone:
            changed.setattr(play.module, "inject", inject)
            changed.setattr(play.module, "detonate", detonate)
        drill = Drill(play, seed, Gateway())
    try:
        drill.world.react()
        detector = state.of(drill.account, "us-east-1").detector
        assert (detector is not None) is on
        found = [] if detector is None else [*detector.findings.values()]
        began = drill.began["detonate"].replace(microsecond=0)  # as records tell times
        early = tuple(str(one.told["type"]) for one in found if one.first_seen < began)
        types = frozenset(str(one.told["type"]) for one in found)
        since = "" if detector is None else f"{detector.created:%Y-%m-%dT%H:%M:%SZ}"
        watched = sum(record["eventTime"] >= since for record in drill.account.records)
        return Past(types, early, watched)
    finally:
        drill.close()


@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_the_attack_is_found_when_the_detector_was_on(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """All that the catalogue names; and before the attack, at most the opened bucket."""
    found = past(monkeypatch, name, 3)
    assert found.types >= set(FINDINGS[name])
    assert all(kind.startswith(OPENED) for kind in found.early)


@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_nothing_is_found_of_a_company_that_only_works(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert past(monkeypatch, name, 3, alone=True).types == frozenset()


def test_nothing_is_found_or_kept_when_it_was_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even by a detector that is switched on afterwards."""
    play = catalogue.load("ec2-compromised")
    drill = Drill(play, 3, Gateway())
    try:
        assert not drill.account.services
        responder = drill.responder()
        name = responder.guardduty.create_detector(Enable=True)["DetectorId"]
        drill.world.react()
        assert responder.guardduty.list_findings(DetectorId=name)["FindingIds"] == []
    finally:
        drill.close()
    assert past(monkeypatch, "s3-public-pii", 3, on=False).types == frozenset()


@pytest.mark.worlds
@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_work_alone_is_quiet_on_every_seed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pasts = [past(monkeypatch, name, seed, alone=True) for seed in range(SEEDS)]
    assert sum(one.records for one in pasts) > 20 * SEEDS
    assert [sorted(one.types) for one in pasts if one.types] == []


@pytest.mark.worlds
@pytest.mark.parametrize("name", sorted(FINDINGS))
def test_attacks_are_found_on_every_seed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pasts = [past(monkeypatch, name, seed) for seed in range(SEEDS)]
    assert all(one.types >= set(FINDINGS[name]) for one in pasts)
    early = [kind for one in pasts for kind in one.early if not kind.startswith(OPENED)]
    assert early == []
