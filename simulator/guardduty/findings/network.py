"""Flows: guessing passwords, and peers on the account's threat lists.

Ten connections in an hour, from one address to one instance's SSH or RDP, are called brute force; AWS
does not tell its own measure. Sources: "UnauthorizedAccess:EC2/SSHBruteForce",
"UnauthorizedAccess:EC2/RDPBruteForce", "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from simulator.account.account import Account
from simulator.guardduty import resources
from simulator.guardduty.attempts import Counting
from simulator.guardduty.kinds import HIGH
from simulator.guardduty.remote import remote_ip
from simulator.guardduty.signal import Signal
from simulator.guardduty.state import AddressList
from simulator.guardduty.taps import Flow
from simulator.network.addresses import is_private, parsed

_MANY: Final = 10
_GUESSED: Final = {22: "SSH", 3389: "RDP"}
_NAMES: Final = {22: "SSH", 80: "HTTP", 443: "HTTPS", 3389: "RDP", 5432: "PostgreSQL", 53: "DNS"}


def found(
    account: Account, region: str, flow: Flow, counting: Counting, threats: Iterable[AddressList]
) -> Iterator[Signal]:
    """What a flow tells. `counting` takes it in."""
    port = flow.remote_port if flow.outbound else flow.local_port
    if flow.accepted and flow.protocol == "tcp" and port in _GUESSED:
        key = ("guess", flow.instance, flow.remote, str(port), str(flow.outbound))
        if counting.add(key, flow.time)[0] >= _MANY:
            yield _guessing(account, region, flow, _GUESSED[port])
    number = parsed(flow.remote)
    if number is None or is_private(number):
        return
    name = next((one.name for one in threats if one.holds(number)), None)
    if name is not None and flow.accepted:
        yield _signal(
            account,
            region,
            flow,
            "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom",
            list=name,
            additional={"threatListName": name},
        )


def _guessing(account: Account, region: str, flow: Flow, what: str) -> Signal:
    """High where the instance itself guesses, Low where it is the one attacked."""
    return _signal(
        account,
        region,
        flow,
        f"UnauthorizedAccess:EC2/{what}BruteForce",
        role="ACTOR" if flow.outbound else "TARGET",
        severity=HIGH if flow.outbound else None,
    )


def _signal(
    account: Account,
    region: str,
    flow: Flow,
    kind: str,
    *,
    role: str = "TARGET",
    severity: float | None = None,
    additional: dict[str, Any] | None = None,
    **more: str,
) -> Signal:
    return Signal(
        kind,
        flow.time,
        resources.of_instance(account, region, flow.instance),
        _action(flow),
        target=flow.instance,
        actor=flow.remote,
        words={"instance": flow.instance, "ip": flow.remote} | more,
        role=role,
        severity=severity,
        additional=additional or {},
    )


def _action(flow: Flow) -> dict[str, Any]:
    return {
        "actionType": "NETWORK_CONNECTION",
        "networkConnectionAction": {
            "connectionDirection": "OUTBOUND" if flow.outbound else "INBOUND",
            "protocol": flow.protocol.upper(),
            "blocked": not flow.accepted,
            "localIpDetails": {"ipAddressV4": flow.local},
            "localNetworkInterface": flow.interface,
            "localPortDetails": _port(flow.local_port),
            "remoteIpDetails": remote_ip(flow.remote),
            "remotePortDetails": _port(flow.remote_port),
        },
    }


def _port(number: int) -> dict[str, Any]:
    return {"port": number, "portName": _NAMES.get(number, "Unknown")}
