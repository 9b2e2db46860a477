"""Where a request comes from: what the network can't send and a scenario's own calls can say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.gateway.caller import Caller

ENVIRON_KEY = "drill.origin"
"""The WSGI environ key of an in-process caller's Origin. No HTTP header maps to it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Source of a call.

    `tls` says whether the request counts as sent over TLS; the loopback endpoint does.
    """

    source_ip: str
    user_agent: str | None = None
    tls: bool = True
    vouched: Caller | None = None
    """A caller that needs no signature: an AWS service, or the account's own founding."""
    account_id: str | None = None
    """The account that a vouched-for caller calls into."""
    invoked_by: str | None = None
    """The AWS service that makes the call for somebody."""
    vpc_endpoints: tuple[str, ...] = ()
    """Ids of the VPC endpoints at hand where the call is made: it takes the one that serves it."""
    private_ip: str | None = None
    """The address in the VPC, which is what is seen of a call through an endpoint."""
    recorded: bool = True
    """False for what happened before the account's memory begins."""
