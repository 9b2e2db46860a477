"""A security control: what Security Hub knows of it before it looks at any account.

Sources: "Control reference for Security Hub CSPM", "Schedule for running security checks" (AWS
Security Hub User Guide).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SOURCES: Final = {
    "ELB": "elasticloadbalancing",
    "NetworkFirewall": "network-firewall",
    "StepFunctions": "states",
    "WAF": "wafv2",
    "Macie": "macie2",
}
_TYPE: Final = "Software and Configuration Checks"


@dataclass(frozen=True, slots=True)
class Control:
    """`rule` is the managed AWS Config rule behind it, `cis3` and `cis1` its numbers in CIS.

    A periodic control is checked on a schedule alone, the others when their service changes, too.
    """

    id: str
    severity: str
    rule: str
    title: str
    checks: str
    fsbp: bool = True
    nist: bool = True
    cis3: str = ""
    cis1: str = ""
    periodic: bool = False
    also: tuple[str, ...] = ()
    """Further services whose changes bear on it."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The services whose changes bear on it, as in CloudTrail's eventSource."""
        prefix = self.id.partition(".")[0]
        return (_SOURCES.get(prefix, prefix.lower()), *self.also)

    @property
    def description(self) -> str:
        return f"This control checks whether {self.checks}."

    @property
    def remediation(self) -> str:
        return f"https://docs.aws.amazon.com/console/securityhub/{self.id}/remediation"

    @property
    def types(self) -> list[str]:
        """ASFF finding types."""
        return [f"{_TYPE}/Industry and Regulatory Standards"]
