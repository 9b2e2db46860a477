"""Names: what the zones of the accounts and the internet say of them.

Sources: "Considerations when working with a private hosted zone", "Choosing between alias and
non-alias records" (Amazon Route 53 Developer Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simulator.account.state import states_of
from simulator.account.world import World
from simulator.network import balancers

_LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an answer."""

    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A response code ("NOERROR", "NXDOMAIN", "SERVFAIL") and the records, CNAMEs first."""

    rcode: str
    records: tuple[Record, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(each.value for each in self.records if each.kind in {"A", "AAAA"})


def bare(name: str) -> str:
    """A name without its last dot, in lower case."""
    return name.rstrip(".").lower()


def resolve(world: World, name: str, kind: str = "A", vpc: str | None = None) -> Answer:
    """What a resolver answers; one of a VPC knows its private zones as well."""
    chain: list[Record] = []
    wanted = bare(name)
    for _ in range(_LONGEST_CHAIN):
        found = _look_up(world, wanted, vpc)
        if found is None:
            return Answer("NXDOMAIN", tuple(chain))
        if kind in found or "CNAME" not in found:
            return Answer("NOERROR", (*chain, *(Record(v, kind) for v in found.get(kind, ()))))
        chain.append(Record(found["CNAME"][0], "CNAME"))
        wanted = bare(found["CNAME"][0])
    return Answer("SERVFAIL")


def balancer_of(world: World, host: str) -> balancers.Balancer | None:
    """The load balancer that a name leads to, itself or by way of aliases and CNAMEs."""
    names = [bare(host)]
    for _ in range(_LONGEST_CHAIN):
        found = balancers.find(world, names[-1])
        if found is not None:
            return found
        further = (
            _aliased(world, names[-1])
            or (_look_up(world, names[-1], None) or {}).get("CNAME", ("",))[0]
        )
        if not further:
            return None
        names.append(bare(further))
    return None


def _look_up(world: World, name: str, vpc: str | None) -> dict[str, tuple[str, ...]] | None:
    """The records of a name by type; None for a name that doesn't exist.

    The private zone that fits best is asked alone, whatever the public ones know.
    """
    zone = _zone(world, name, vpc) or _zone(world, name, None)
    if zone is not None:
        return _in_zone(world, zone, name, vpc)
    balancer = balancers.find(world, name)
    if balancer is not None:
        return {"A": (balancer.address,)}
    if name.endswith(".amazonaws.com"):
        return {"A": (balancers.node_address(name),)}
    return world.internet.records(name) or None


def _zone(world: World, name: str, vpc: str | None) -> Any:
    """The zone with the longest name that `name` is in: a private one of `vpc`, or a public one."""
    fitting = [
        zone
        for zone in _zones(world)
        if f".{name}".endswith(f".{bare(zone.name)}")
        and (
            vpc in {each.get("vpc_id") for each in zone.vpcs}
            if vpc is not None
            else not zone.private_zone
        )
    ]
    return max(fitting, key=lambda zone: len(zone.name), default=None)


def _zones(world: World) -> Iterator[Any]:
    for account in world.accounts.values():
        for state in states_of("route53", account.id):
            yield from state.zones.values()


def _in_zone(
    world: World, zone: Any, name: str, vpc: str | None
) -> dict[str, tuple[str, ...]] | None:
    found: dict[str, tuple[str, ...]] = {}
    for each in _sets(zone, name):
        if each.alias_target:
            target = bare(each.alias_target["DNSName"])
            behind = None if target == name else _look_up(world, target, vpc)
            found[each.type] = (behind or {}).get(each.type, ())
        else:
            found[each.type] = tuple(_text(value) for value in each.records or ())
    if found:
        return found
    inside = any(bare(each.name).endswith(f".{name}") for each in zone.rrsets)
    return {} if inside or name == bare(zone.name) else None


def _aliased(world: World, name: str) -> str:
    zone = _zone(world, name, None)
    sets = _sets(zone, name) if zone is not None else ()
    return next((bare(each.alias_target["DNSName"]) for each in sets if each.alias_target), "")


def _sets(zone: Any, name: str) -> list[Any]:
    """The record sets of a name, or of the wildcard that covers it."""
    exact = [each for each in zone.rrsets if bare(each.name).replace("\\052", "*") == name]
    if exact:
        return exact
    _, _, parent = name.partition(".")
    star = f"*.{parent}"
    return [each for each in zone.rrsets if bare(each.name).replace("\\052", "*") == star]


def _text(value: Any) -> str:
    return str(value["Value"] if isinstance(value, dict) else value)
