"""A report as the desk tells it, made up: a night's attack, a day's response."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from simulator.widgets.svg import Label, overlap

NIGHT = datetime(2026, 11, 25, 22, 0, tzinfo=UTC)
ARRIVED = NIGHT + timedelta(hours=7)


def covered(labels: list[Label]) -> list[tuple[str, str]]:
    """Labels that are written over each other."""
    return [(one.text, two.text) for one, two in combinations(labels, 2) if overlap(one, two)]


def stamp(time: datetime) -> str:
    return time.isoformat(timespec="seconds")


def deed(
    operation: str, minutes: float, *, error: str = "", count: int = 1, weighs: int = 2
) -> Any:
    time = stamp(NIGHT + timedelta(minutes=minutes))
    return {
        "operation": operation,
        "first": time,
        "last": time,
        "count": count,
        "error": error,
        "what": "",
        "weighs": weighs,
    }


def report(**more: Any) -> dict[str, Any]:
    """Detected, contained, not recovered; one workload is out."""
    night = ("GetCallerIdentity", "ListUsers", "CreateUser", "AttachUserPolicy", "CreateAccessKey",
             "GetFederationToken", "AssumeRole", "GetObject", "PutBucketPolicy", "StopLogging")  # fmt: skip
    deeds = [deed(name, 5 * number, count=number + 1) for number, name in enumerate(night)]
    deeds += [deed("GetObject", 430 + 120 * turn, error="AccessDenied") for turn in range(9)]
    before = {
        "sources": [
            {
                "id": "AKIA1",
                "kind": "an access key",
                "name": "deployer",
                "alive": True,
                "key": "1ABC",
            },
            {"id": "ASIA2", "kind": "a role session", "name": "export/x", "alive": True, "key": ""},
            {"id": "arn:role", "kind": "a role", "name": "export", "alive": True},
        ],
        "takes": [["AKIA1", "arn:role"]],
        "holds": [["buckets", "one"], ["buckets", "two"], ["IAM", "users, roles, policies"]],
        "edges": [
            ["AKIA1", "buckets", "one", ["lists", "reads", "writes"]],
            ["AKIA1", "IAM", "users, roles, policies", ["lists", "administers"]],
            ["ASIA2", "buckets", "two", ["lists", "reads"]],
            ["arn:role", "buckets", "two", ["lists", "reads"]],
        ],
    }
    now = {
        **before,
        "sources": [{**each, "alive": False} for each in before["sources"][:2]],
        "takes": [],
        "edges": [["ASIA2", "buckets", "two", ["lists", "reads"]]],
    }
    at = [stamp(ARRIVED + timedelta(minutes=45 * number)) for number in range(10)]
    told = {
        "id": "case",
        "title": "The key in the commit",
        "severity": "high",
        "account_id": "111122223333",
        "region": "eu-west-1",
        "learner": "arn:aws:iam::111122223333:user/responder",
        "findings": {"key": "the key that leaked", "evidence": "events that prove it"},
        "submitted": {"key": "AKIA1"},
        "detected": True,
        "times": {
            "mistake": stamp(NIGHT - timedelta(days=3)),
            "attack": stamp(NIGHT),
            "arrived": stamp(ARRIVED),
            "now": stamp(ARRIVED + timedelta(hours=8)),
        },
        "phases": {
            "detect": stamp(ARRIVED + timedelta(minutes=10)),
            "contain": stamp(ARRIVED + timedelta(minutes=12)),
        },
        "attack": {
            "deeds": deeds,
            "actors": [
                {
                    "who": "arn:aws:iam::111122223333:user/deployer",
                    "from": ["203.0.113.9"],
                    "calls": 12,
                    "refused": 1,
                    "first": stamp(NIGHT),
                    "last": stamp(NIGHT + timedelta(hours=1)),
                    "changed": ["CreateUser ghost"],
                }
            ],
            "taken": [{"bucket": "one", "objects": 3, "bytes": 12_345}],
            "attempts": 64,
            "refused": 9,
            "addresses": ["203.0.113.9"],
        },
        "response": [
            deed("submitted", 428, weighs=2),
            deed("UpdateAccessKey", 430),
            deed("DeleteUser", 431, error="DeleteConflict"),
            deed("PutRolePolicy", 500),
        ],
        "outages": [
            {
                "workload": "the site's deployment",
                "since": at[3],
                "until": at[6],
                "minutes": 135,
                "error": "InvalidAccessKeyId",
            }
        ],
        "reach": [before, now],
        "worked": {
            "ways": [
                {
                    "name": "a role session",
                    "tries": [[at[2], True, "GetObject"], [at[5], False, ""]],
                }
            ],
            "workloads": [
                {
                    "name": "the site's deployment",
                    "tries": [[time, not 3 <= n < 6, ""] for n, time in enumerate(at)],
                },
                {"name": "reports", "tries": [[at[4], True, ""]]},
            ],
        },
        "hints": {"key_is_dead": 2},
        "cause": "A key in a repository.",
        "check": {
            "checks": [
                {
                    "name": "key_is_dead",
                    "phase": "contain",
                    "claim": "The key is dead.",
                    "verdict": "PASSED",
                    "points": 3,
                    "reason": "",
                },
                {
                    "name": "site_works",
                    "phase": "recover",
                    "claim": "The site is deployed.",
                    "verdict": "FAILED",
                    "points": 2,
                    "reason": "The pipeline no longer deploys.",
                },
            ],
            "score": 3,
            "points": 5,
            "hint_cost": 1,
            "lines": [{"what": "outages", "points": -3, "of": None, "why": "2 h 15 min"}],
        },
    }
    return told | more
