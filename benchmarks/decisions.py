"""One decision of the policy engine, on a principal with ten policies of ten statements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import click

from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.explain import explain
from simulator.iam.policy import Policy
from simulator.iam.request import Request

ACCOUNT = "111122223333"
SERVICES = ("ec2", "sqs", "sns", "logs", "lambda", "dynamodb", "iam", "kms", "events", "s3")
CONTEXT = {
    "aws:CurrentTime": "2026-11-24T12:00:00Z",
    "aws:EpochTime": "1795521600",
    "aws:MultiFactorAuthPresent": "true",
    "aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/app",
    "aws:PrincipalTag/team": "red",
    "aws:RequestedRegion": "us-east-1",
    "aws:SecureTransport": "true",
    "aws:SourceIp": "198.51.100.7",
    "aws:userid": "AROAEXAMPLEEXAMPLE123:one",
}


def policies() -> tuple[Policy, ...]:
    """The last statement of the last policy is the one that allows."""
    return tuple(
        Policy.parse(
            {
                "Version": "2012-10-17",
                "Statement": [_statement(service, index) for index in range(10)],
            },
            f"{service}-{number}",
        )
        for number, service in enumerate(SERVICES)
    )


def _statement(service: str, index: int) -> dict[str, object]:
    last = index == 9
    return {
        "Effect": "Deny" if index % 5 == 4 and not last else "Allow",
        "Action": [f"{service}:Get*", f"{service}:List*"] if index % 2 else f"{service}:*",
        "Resource": [
            f"arn:aws:{service}:::bucket-{index}/${{aws:PrincipalTag/team}}/*",
            f"arn:aws:{service}:*:*:thing/{index}*",
            *(["arn:aws:s3:::reports/*"] if last else []),
        ],
        "Condition": {
            "Bool": {"aws:SecureTransport": "true"},
            "IpAddress": {"aws:SourceIp": ["198.51.100.0/24", "203.0.113.0/24"]},
        },
    }


def report(rounds: int = 20_000) -> None:
    """Time decisions, the first of a set of policies and later ones, and an explanation."""
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/one"
    asked = Request(session, "s3:GetObject", "arn:aws:s3:::reports/q1", ACCOUNT, CONTEXT)
    refused = Request(session, "s3:GetObject", "arn:aws:s3:::other/q1", ACCOUNT, CONTEXT)
    own = PolicySet(identity=policies())
    guarded = PolicySet(identity=own.identity, boundaries=own.identity[9:], scps=(own.identity,))
    click.echo("One decision, 10 policies of 10 statements, µs: median (95th percentile)")
    _line("allowed", rounds, lambda: evaluate(asked, own))
    _line("refused", rounds, lambda: evaluate(refused, own))
    _line("allowed, with a boundary and ten SCPs", rounds, lambda: evaluate(asked, guarded))
    _line("refused, and explained", rounds // 20, lambda: explain(refused, own))
    _line("policies compiled anew", rounds // 200, policies)


def _line(what: str, rounds: int, work: Callable[[], object]) -> None:
    times = []
    for _ in range(rounds):
        began = time.perf_counter_ns()
        work()
        times.append((time.perf_counter_ns() - began) / 1_000)
    worst = statistics.quantiles(times, n=20)[-1]
    click.echo(f"{what:40}{statistics.median(times):8.1f} ({worst:.1f})")
