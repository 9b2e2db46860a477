"""The resource types that are recorded, and who describes them.

Source: "Supported Resource Types for AWS Config" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from simulator.account.account import Account
from simulator.configuration.resource import Resource

GLOBAL: Final = ("AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User")


@dataclass(frozen=True, slots=True)
class Kind:
    """`listed` names the resources of a Region, `described` one of them as it is now, or None.

    IAM's are named by their names (policies by ARN), all others by their ids.
    """

    listed: Callable[[Account, str], Iterable[str]]
    described: Callable[[Account, str, str], Resource | None]


@cache
def kinds() -> dict[str, Kind]:
    """By resource type."""
    from simulator.configuration import kinds_ec2, kinds_iam, kinds_other, kinds_s3

    return {**kinds_ec2.KINDS, **kinds_iam.KINDS, **kinds_s3.KINDS, **kinds_other.KINDS}
