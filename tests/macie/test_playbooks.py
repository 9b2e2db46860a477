"""What Macie finds in the playbooks' buckets: the company's data, and nothing else.

`MACIE_SEEDS` says on how many seeds the slow one is played: 2 if it is not set.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.macie import state

SEEDS = int(os.environ.get("MACIE_SEEDS", "2"))
DATA = {
    "s3-public-pii": "exports/2026/",
    "iam-leaked-key": "2026/",
    "ec2-compromised": "exports/",
    "net-open-admin": "nothing",
}
"""Where each company keeps its customers' data."""


@contextmanager
def played(name: str, seed: int) -> Iterator[Drill]:
    """A playbook's past."""
    drill = Drill(catalogue.load(name), seed, Gateway())
    try:
        yield drill
    finally:
        drill.close()


def discovered(drill: Drill, selector: str) -> dict[str, set[str]]:
    """Run a job over every bucket: the identifiers found, by object."""
    macie = drill.responder().macie2
    if state.of(drill.account, "us-east-1") is None:
        macie.enable_macie()
    buckets = [each["bucketName"] for each in macie.describe_buckets()["buckets"]]
    name = macie.create_classification_job(
        name="everything",
        jobType="ONE_TIME",
        clientToken=selector,
        managedDataIdentifierSelector=selector,
        s3JobDefinition={
            "bucketDefinitions": [{"accountId": drill.account.id, "buckets": buckets}]
        },
    )["jobId"]
    drill.world.clock.advance(timedelta(minutes=6))
    drill.world.react()
    session = state.of(drill.account, "us-east-1")
    assert session is not None
    job = session.jobs[name]
    assert (job.status, job.failed, job.unread) == ("COMPLETE", False, 0)
    return {
        one.told["resourcesAffected"]["s3Object"]["key"]: {
            each["type"]
            for group in one.told["classificationDetails"]["result"]["sensitiveData"]
            for each in group["detections"]
        }
        for one in session.findings.values()
        if one.told["classificationDetails"]["jobId"] == name
    }


def test_the_companys_data_is_found_and_no_other_file() -> None:
    """Of it the recommended set finds cards and keys alone."""
    with played("s3-public-pii", 3) as drill:
        found = discovered(drill, "ALL")
        cards = "exports/2026/cards-on-file.csv"
        assert discovered(drill, "RECOMMENDED") == {
            drill.facts["leak"]: {"AWS_CREDENTIALS"},
            cards: {"CREDIT_CARD_NUMBER"},
        }
        assert found.pop(drill.facts["leak"]) == {"AWS_CREDENTIALS"}
        assert sorted(found) == drill.facts["personal"]
        assert found.pop(cards) == {"NAME", "CREDIT_CARD_NUMBER"}
        assert all(
            "NAME" in kinds and kinds <= {"NAME", "PHONE_NUMBER"} for kinds in found.values()
        )


@pytest.mark.worlds
@pytest.mark.parametrize("name", sorted(DATA))
def test_logs_pages_and_templates_are_not_sensitive(name: str) -> None:
    for seed in range(SEEDS):
        with played(name, seed) as drill:
            found = discovered(drill, "ALL")
            rest = {
                key: kinds
                for key, kinds in found.items()
                if not key.startswith(DATA[name])
                and kinds - {"AWS_CREDENTIALS", "STRIPE_CREDENTIALS"}
            }
            assert rest == {}
            assert not [key for key in found if "template" in key]


def test_an_opened_bucket_is_found_when_macie_was_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else of what the company does."""
    play = catalogue.load("s3-public-pii")
    built: Callable[..., Any] = play.module.baseline

    def baseline(perform: Any, admin: Any) -> Any:
        """The company, with Macie on."""
        facts = perform(built)
        admin.macie2.enable_macie()
        return facts

    monkeypatch.setattr(play.module, "baseline", baseline)
    drill = Drill(play, 3, Gateway())
    try:
        drill.world.clock.advance(timedelta(minutes=6))
        drill.world.react()
        session = state.of(drill.account, "us-east-1")
        assert session is not None
        types = {str(one.told["type"]).rpartition("/")[2] for one in session.findings.values()}
        assert {"S3BucketPublic", "S3BlockPublicAccessDisabled"} <= types
        assert types <= {
            "S3BucketPublic",
            "S3BlockPublicAccessDisabled",
            "S3BucketSharedExternally",
        }
    finally:
        drill.close()
