"""Blast radius: what the adversary's credentials can reach in the account as it is now.

Every answer is the gateway's own: the credentials are proved by a signature, and each call that
would show a right is decided as if it had come, and not carried out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.account.principal_policies import iam_state
from simulator.backends import moto
from simulator.gateway.caller import ANONYMOUS, Caller, CallerType, Session
from simulator.report.asking import Asking, allowed, identified
from simulator.report.credentials import ANYBODY, Held, held
from simulator.report.doors import doors
from simulator.report.targets import Target, targets

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.drill import Drill

_KINDS = {
    CallerType.IAM_USER: "an access key",
    CallerType.ASSUMED_ROLE: "a role session",
    CallerType.FEDERATED_USER: "a federation token",
    CallerType.ROOT: "a key of the root user",
}


@dataclass(slots=True)
class Reach:
    """Who gets where. Sources are credentials and the roles that they can take."""

    sources: list[dict[str, Any]] = field(default_factory=list)
    """{"id", "kind", "name", "alive", "key"}; a role's id is its ARN. `key` is the end of an access
    key's id."""
    takes: list[tuple[str, str]] = field(default_factory=list)
    """A source, and the role that it can take."""
    holds: list[tuple[str, str]] = field(default_factory=list)
    """Kind and name of every resource there is."""
    edges: list[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=list)
    """A source, kind and name of a resource, and what it can do to it."""

    def as_json(self) -> dict[str, Any]:
        return {
            "sources": self.sources,
            "takes": [list(each) for each in self.takes],
            "holds": [list(each) for each in self.holds],
            "edges": [[*each[:3], list(each[3])] for each in self.edges],
        }


@dataclass(frozen=True, slots=True)
class _Source:
    id: str
    askings: tuple[Asking, ...]

    @property
    def account_id(self) -> str:
        return self.askings[0].caller.account_id


def reach(drill: Drill) -> Reach:
    """What the adversary could do now. It changes nothing, chance included."""
    chance = moto.generator()
    owned = held(drill)
    with drill.gateway.glance(drill.world):
        before = chance.getstate()
        try:
            return reach_of(drill.account, owned)
        finally:
            chance.setstate(before)


def reach_of(account: Account, owned: Iterable[Held]) -> Reach:
    """What credentials, and the roles that they can take, reach in an account."""
    found, what = Reach(), list(targets(account))
    found.holds = [(target.kind, target.name) for target in what]
    waiting = [source for each in owned if (source := _admit(account, each, found))]
    known = {source.id for source in waiting}
    open_doors = dict[str, list[str]]()
    for source in waiting:
        if source.id == ANYBODY:
            places = [one.origin.source_ip for one in source.askings]
            for instance, port in doors(account, places):
                open_doors.setdefault(instance, []).append(f"connects to port {port}")
        foreign = source.account_id not in {account.id, ANONYMOUS.account_id}
        roles = dict.fromkeys(_takes(account, source))
        for target in what:
            if foreign and not target.everywhere:
                continue
            able = tuple(verb for verb in target.verbs if _can(source, target, verb))
            if source.id == ANYBODY and target.kind == "instances":
                able += tuple(open_doors.get(target.name, ()))
            if able:
                found.edges.append((source.id, target.kind, target.name, able))
            if target.role and target.through in able:
                roles.setdefault(target.role)
        for arn in roles:
            if arn == source.id or (role := _as_role(account, arn, source)) is None:
                continue
            found.takes.append((source.id, arn))
            if arn not in known:
                known.add(arn)
                waiting.append(role)
                name = arn.rsplit("/", 1)[-1]
                found.sources.append({"id": arn, "kind": "a role", "name": name, "alive": True})
    return found


def _admit(account: Account, each: Held, found: Reach) -> _Source | None:
    """A source for credentials that still prove somebody, and a line about them in any case."""
    if each.keys is None:
        found.sources.append(
            {"id": ANYBODY, "kind": "no credentials", "name": "anybody", "alive": True}
        )
        return _Source(
            ANYBODY, tuple(Asking(account, ANONYMOUS, origin) for origin in each.origins)
        )
    caller = identified(account, each.keys, each.origins[0])
    kind = "an access key" if each.id.startswith("AKIA") else "a session"
    name, key = f"key …{each.id[-4:]}", each.id[-4:] if each.id.startswith("AKIA") else ""
    if caller is not None:
        kind = _KINDS.get(caller.type, kind)
        if caller.session is not None and caller.type is CallerType.IAM_USER:
            kind = "a session of a user"
        if caller.account_id != account.id:
            kind, key = "an outsider's key", ""
        name = caller.user_name or caller.arn.rpartition(":")[2].partition("/")[2] or caller.arn
    told = {"id": each.id, "kind": kind, "name": name, "alive": caller is not None, "key": key}
    found.sources.append(told)
    if caller is None:
        return None
    return _Source(each.id, tuple(Asking(account, caller, origin) for origin in each.origins))


def _takes(account: Account, source: _Source) -> Iterator[str]:
    if source.id == ANYBODY:
        return
    for role in iam_state(account.id).roles.values():
        asked = {"RoleArn": role.arn, "RoleSessionName": "reach"}
        if allowed(source.askings, ("sts", "AssumeRole", asked)):
            yield role.arn


def _can(source: _Source, target: Target, verb: str) -> bool:
    return any(allowed(source.askings, asked) for asked in target.verbs[verb])


def _as_role(account: Account, arn: str, source: _Source) -> _Source | None:
    """Somebody who has just taken the role, from the same places."""
    role = next((each for each in iam_state(account.id).roles.values() if each.arn == arn), None)
    if role is None:
        return None
    now = account.world.clock.now()
    caller = Caller(
        CallerType.ASSUMED_ROLE,
        account.id,
        f"arn:aws:sts::{account.id}:assumed-role/{role.name}/reach",
        f"{role.id}:reach",
        "ASIAREACH",
        issuer_arn=role.arn,
        issuer_id=role.id,
        issuer_name=role.name,
        session=Session(issued=now, expires=now + timedelta(hours=1), name="reach"),
    )
    return _Source(arn, tuple(Asking(account, caller, one.origin) for one in source.askings))
