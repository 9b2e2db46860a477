"""Security standards, and which controls each of them holds.

Sources: "Standards reference for Security Hub CSPM", "CIS AWS Foundations Benchmark in Security Hub
CSPM", "DescribeStandards" (AWS Security Hub User Guide and API Reference).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from simulator.security_hub import (
    controls_data,
    controls_identity,
    controls_logging,
    controls_network,
)
from simulator.security_hub.control import Control


@dataclass(frozen=True, slots=True)
class Standard:
    """`id` is the part of its ARN behind the last colon, `path` that without what it is."""

    id: str
    name: str
    description: str
    column: str
    default: bool = False
    everywhere: bool = False
    """Whether its ARN names no Region."""

    @property
    def path(self) -> str:
        return self.id.partition("/")[2]

    def arn(self, region: str) -> str:
        return f"arn:aws:securityhub:{'' if self.everywhere else region}::{self.id}"


FSBP: Final = Standard(
    "standards/aws-foundational-security-best-practices/v/1.0.0",
    "AWS Foundational Security Best Practices v1.0.0",
    "Automated checks for when accounts and resources deviate from security best practices that "
    "AWS security experts define.",
    "fsbp",
    default=True,
)
CIS3: Final = Standard(
    "standards/cis-aws-foundations-benchmark/v/3.0.0",
    "CIS AWS Foundations Benchmark v3.0.0",
    "Security configuration best practices for AWS from the Center for Internet Security, "
    "version 3.0.0.",
    "cis3",
)
CIS1: Final = Standard(
    "ruleset/cis-aws-foundations-benchmark/v/1.2.0",
    "CIS AWS Foundations Benchmark v1.2.0",
    "Security configuration best practices for AWS from the Center for Internet Security, "
    "version 1.2.0.",
    "cis1",
    default=True,
    everywhere=True,
)
NIST: Final = Standard(
    "standards/nist-800-53/v/5.0.0",
    "NIST Special Publication 800-53 Revision 5",
    "Security and privacy controls for information systems and organizations.",
    "nist",
)
STANDARDS: Final = (FSBP, CIS1, CIS3, NIST)
CONTROLS: Final[dict[str, Control]] = {
    each.id: each
    for each in sorted(
        (
            *controls_identity.CONTROLS,
            *controls_logging.CONTROLS,
            *controls_data.CONTROLS,
            *controls_network.CONTROLS,
        ),
        key=lambda one: (one.id.partition(".")[0].lower(), int(one.id.partition(".")[2])),
    )
}


def standard_of(arn: str) -> Standard | None:
    """The standard of an ARN, in any Region."""
    return next((one for one in STANDARDS if arn.endswith(f"::{one.id}")), None)


@cache
def controls_of(standard: Standard) -> tuple[Control, ...]:
    """The controls of a standard, in the order of their ids."""
    return tuple(one for one in CONTROLS.values() if getattr(one, standard.column))


@cache
def standards_of(control: Control) -> tuple[Standard, ...]:
    """The standards that a control belongs to."""
    return tuple(one for one in STANDARDS if control in controls_of(one))


def number(standard: Standard, control: Control) -> str:
    """What the standard itself calls a control: "5.6" in CIS, "EC2.8" elsewhere."""
    column = getattr(control, standard.column)
    return column if isinstance(column, str) else control.id


def requirement(standard: Standard, control: Control) -> str | None:
    """Such as "CIS AWS Foundations Benchmark v3.0.0/5.6"; None where a standard has no numbers."""
    column = getattr(control, standard.column)
    return f"{standard.name}/{column}" if isinstance(column, str) else None
