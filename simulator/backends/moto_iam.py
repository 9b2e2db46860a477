"""AWS's own managed policies, read once a process: every account has a copy of each, none its text."""

from __future__ import annotations

import functools
import json
from typing import Any


def adopt() -> None:
    """Have moto's IAM take the policies from here: it would parse all 1,583 for each account."""
    from moto.iam.models import IAMBackend

    backend: Any = IAMBackend
    backend._init_aws_policies = lambda _: [_copy(each) for each in _originals()]
    backend._init_managed_policies = lambda iam: dict(
        zip(_arns(), iam.aws_managed_policies, strict=True)
    )


def _copy(policy: Any) -> Any:
    """As copy.copy does it, in a third of the time."""
    other = object.__new__(type(policy))
    other.__dict__.update(policy.__dict__)
    return other


@functools.cache
def _arns() -> list[str]:
    return [each.arn for each in _originals()]


@functools.cache
def _originals() -> list[Any]:
    """Made without a draw from the chance of the world whose turn it is."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data
    from moto.iam.models import AWSManagedPolicy
    from moto.moto_api._internal import mock_random

    chance = mock_random.getstate()
    mock_random.seed("AWS managed policies")
    policies = [
        AWSManagedPolicy.from_data(name, "aws", "us-east-1", data)
        for name, data in json.loads(aws_managed_policies_data).items()
    ]
    mock_random.setstate(chance)
    return policies
