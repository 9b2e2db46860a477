"""Rules asked about an account that root has set up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.security_hub.checks import rule_of
from tests.conftest import Cloud

Judge = Callable[..., list[bool]]


@pytest.fixture
def judge(cloud: Cloud) -> Judge:
    """What a rule says of each resource, or of those whose id or ARN ends in `about`."""

    def _judge(rule: str, about: str = "", region: str = "us-east-1") -> list[bool]:
        found = list(rule_of(rule)(cloud.account, region))
        assert all(one.compliant or one.said for one in found)
        return [
            one.compliant
            for one in found
            if one.resource_id.endswith(about) or one.resource_arn.endswith(about)
        ]

    return _judge


@pytest.fixture
def root(cloud: Cloud) -> Callable[[str], Any]:
    """Clients that need no policy."""
    return cloud.root
