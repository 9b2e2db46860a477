"""One simulated AWS account: its id, its sessions, its record of calls."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.account.verdicts import Verdicts
from simulator.functions.state import FunctionState
from simulator.gateway.caller import Caller
from simulator.hosts.state import HostState

if TYPE_CHECKING:
    from simulator.account.last_used import LastUse
    from simulator.account.world import World
    from simulator.network.tracking import Flow, FlowKey
    from simulator.telemetry.log_lines import Lines

_KEY_OFFSET = 0x80_0000_0000
"""Account ids in access key ids start here (moto encodes them as AWS does)."""


@dataclass(frozen=True, slots=True)
class Minted:
    """Temporary credentials that STS handed out, and the caller they prove."""

    secret: str
    token: str
    caller: Caller


@dataclass(slots=True)
class Account:
    """What the gateway itself keeps of an account. Everything else is the backend's state."""

    id: str
    world: World
    region: str = "us-east-1"
    sessions: dict[str, Minted] = field(default_factory=dict)
    """By access key id."""
    records: list[dict[str, Any]] = field(default_factory=list)
    """CloudTrail records in the order of the calls; append only, until a moment is restored."""
    delivery: dict[str, Any] = field(default_factory=dict)
    """Per trail ARN: how far its log files have been delivered."""
    log_lines: Lines = field(default_factory=dict)
    """Lines of access and query logs that are not delivered yet, by where they go."""
    connections: dict[FlowKey, Flow] = field(default_factory=dict)
    """Connections in its network that security groups track."""
    streams: dict[str, Any] = field(default_factory=dict)
    """Per trail ARN: how far its events have been sent to CloudWatch Logs."""
    insights: dict[str, Any] = field(default_factory=dict)
    """Per trail ARN: how far its events have been searched for unusual activity."""
    verdicts: Verdicts = field(default_factory=Verdicts)
    """What the policy engine said of the last calls."""
    closed: bool = False
    """CloseAccount was called for it: none of its credentials is good for anything."""

    last_used: dict[str, LastUse] = field(default_factory=dict)
    """By access key id, role id, and user id for passwords: see simulator.account.last_used."""
    hosts: HostState = field(default_factory=HostState)
    """What is on its instances."""
    functions: FunctionState = field(default_factory=FunctionState)
    """What its Lambda functions do."""
    services: dict[tuple[str, str], Any] = field(default_factory=dict)
    """State of services that the backend lacks, by service and region ("" for none).

    The values are frozen: a service replaces them, so that a copy of the table is enough.
    """

    def save(self) -> dict[str, Any]:
        return {
            "sessions": dict(self.sessions),
            "delivery": dict(self.delivery),
            "log_lines": {to: list(lines) for to, lines in self.log_lines.items()},
            "connections": dict(self.connections),
            "streams": dict(self.streams),
            "insights": dict(self.insights),
            "verdicts": self.verdicts.save(),
            "closed": self.closed,
            "last_used": dict(self.last_used),
            "hosts": self.hosts.save(),
            "functions": self.functions.save(),
            "services": dict(self.services),
            "records": list(self.records),
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        self.sessions, self.delivery = dict(saved["sessions"]), dict(saved["delivery"])
        self.log_lines = {to: list(lines) for to, lines in saved["log_lines"].items()}
        self.connections = dict(saved["connections"])
        self.streams, self.insights = dict(saved["streams"]), dict(saved["insights"])
        self.verdicts.restore(saved["verdicts"])
        self.closed, self.last_used = saved["closed"], dict(saved["last_used"])
        self.hosts.restore(saved["hosts"])
        self.functions.restore(saved["functions"])
        self.services = dict(saved["services"])
        self.records[:] = saved["records"]


def account_id_of(access_key_id: str) -> str | None:
    """The account that an access key id belongs to, as the id itself says; None for none.

    Source: "How to get the account ID from an access key" (sts:GetAccessKeyInfo).
    """
    try:
        number = int.from_bytes(base64.b32decode(access_key_id[4:12]), "big") - _KEY_OFFSET
        odd = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".index(access_key_id[12]) >= 16
    except (ValueError, IndexError):
        return None
    account = 2 * number + odd
    return f"{account:012d}" if 0 <= account < 10**12 else None
