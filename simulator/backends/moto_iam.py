"""AWS's own managed policies, read once a process: every account has a copy of each, none its text."""

from __future__ import annotations

import copy
import functools
import json
from typing import Any


def adopt() -> None:
    """Have moto's IAM take the policies from here: it would parse all 1,583 for each account."""
    from moto.iam.models import IAMBackend

    IAMBackend._init_aws_policies = lambda _: [copy.copy(each) for each in _originals()]  # type: ignore[assignment,method-assign]


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
