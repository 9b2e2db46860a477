"""The network of an account as it is now, read from the backend's state.

What was read and compiled is kept beside that state until a call changes something, which the
gateway tells by `note`. Being kept there, it is saved and restored along with what it was read from.

Not read, because the backend doesn't hold it: transit gateways' routes, and what is behind a Gateway
Load Balancer. A packet that is routed there is stopped, and the reason says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from simulator.account.state import state_of, states_of
from simulator.network.model import Network
from simulator.network.plan import Plan, plan
from simulator.network.survey_balancers import load_balancers
from simulator.network.survey_firewall import with_policies
from simulator.network.survey_vpc import regional_network
from simulator.telemetry.cloudtrail import read_only

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.call import Call

_APART = frozenset(
    [
        "cloudtrail",
        "dynamodb",
        "iam",
        "kms",
        "logs",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
        "ssm",
        "sts",
    ]  # never touch a VPC, but by calls of their own
)
_KEPT = "simulator_network"
_WHOLE = "simulator_network_whole"


def survey(account: Account) -> Plan:
    """The networks of all Regions of an account, and of accounts it is peered with."""
    parts = tuple(_parts(account))
    holder = next(iter(states_of("ec2", account.id)), None)
    if holder is None:
        return plan(Network())
    kept = vars(holder).get(_WHOLE)
    if kept is not None and _same(kept[0], parts):
        found: Plan = kept[1]
        return found
    whole = plan(merged(parts))
    vars(holder)[_WHOLE] = (parts, whole)
    return whole


def note(call: Call) -> None:
    """A call was carried out: if it may have changed the network, read that again when asked."""
    if call.service in _APART or call.account is None:
        return
    if not read_only(call.service, call.operation):
        for state in states_of("ec2", call.account.id):
            vars(state).pop(_KEPT, None)


def merged(parts: Iterable[Network]) -> Network:
    """Several networks as one."""
    together: dict[str, Any] = {}
    for part in parts:
        for field in fields(Network):
            value = getattr(part, field.name)
            known = together.get(field.name)
            if known is None:
                together[field.name] = value
            elif isinstance(value, tuple):
                together[field.name] = known + tuple(one for one in value if one not in known)
            else:
                together[field.name] = known | value
    return Network(**together)


def _same(some: tuple[Network, ...], others: tuple[Network, ...]) -> bool:
    return len(some) == len(others) and all(map(lambda one, other: one is other, some, others))


def _parts(account: Account) -> Iterator[Network]:
    """By Region, this account's first; then those of accounts that peering leads to."""
    accounts, seen = [account.id], set()
    while accounts:
        name = accounts.pop(0)
        if name in seen or name not in account.world.accounts:
            continue
        seen.add(name)
        for state in states_of("ec2", name):
            yield _regional(state)
            accounts.extend(_peers(state))


def _regional(state: Any) -> Network:
    found: Network | None = vars(state).get(_KEPT)
    if found is None:
        balancers = state_of("elbv2", state.account_id, state.region_name)
        found = regional_network(state)
        if balancers is not None and balancers.load_balancers:
            defaults = {
                vpc: group.id
                for vpc, known in state.groups.items()
                for group in known.values()
                if group.name == "default"
            }
            found = merged((found, load_balancers(balancers, found, defaults)))
        found = with_policies(found, state.account_id, state.region_name)
        found = replace(found, shielded=_shielded(state.account_id))
        vars(state)[_KEPT] = found
    return found


def _shielded(account_id: str) -> frozenset[str]:
    return frozenset(
        protection.resource_arn
        for state in states_of("shield", account_id)
        for protection in state.protections.values()
    )


def _peers(state: Any) -> Iterator[str]:
    for peering in state.vpc_pcxs.values():
        yield peering.vpc.owner_id
        yield peering.peer_vpc.owner_id
