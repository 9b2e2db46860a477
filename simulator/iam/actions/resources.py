"""Resource ARNs from a call's parameters.

A resource is written "kind=Path": its ARN format is the kind's, filled from the parameters.
"kind=A,B" fills two places, "kind=-,B" the second alone, "kind=A|B" takes B where A is absent.
"kind" alone is a resource that does not exist yet or that the call does not name, "…:volume/*".
A leading "?" leaves the resource out where its parameter is absent. "*" is a resource that
cannot be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from simulator.iam.actions.needed import Request
from simulator.iam.actions.paths import texts

Builder = Callable[[Request, str], str]
"""An ARN from one value that a call may give as a name, an id, a URL or an ARN."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resource, as the Service Authorization Reference lists it."""

    arn: str
    """Format with {region}, {account} and a {} for each further part."""
    name: str
    """"instance", "log-group"."""
    tag_keys: tuple[str, ...] = ()
    """Prefixes of its condition keys on tags besides aws:ResourceTag/."""
    tagged: bool = False
    """aws:ResourceTag/… is available on it."""
    build: Builder | None = None
    absent: Callable[[Request], str] | None = None
    """The resource that is meant where the call names none; else all of the kind."""

    def full(self, call: Request, parts: tuple[str, ...]) -> str:
        """The ARN with these parts; a single part that is an ARN already stays as it is."""
        if len(parts) == 1:
            if self.build is not None:
                return self.build(call, parts[0])
            if parts[0].startswith("arn:"):
                return parts[0]
        elif parts and parts[-1].startswith("arn:"):
            return parts[-1]
        if not parts and self.absent is not None:
            return self.absent(call)
        places = self.arn.count("{}")
        if parts and len(parts) < places and call.lookup is not None:
            found = call.lookup.resource_arn(call.service, self.name, parts[-1])
            if found:
                return found
        parts = (*(short(part) for part in parts), *("*",) * places)[:places]
        return self.arn.format(*parts, region=call.region, account=call.account_id)


def short(part: str) -> str:
    """The name at the end of an ARN, where a part of another ARN is given as one."""
    return part.rpartition("/")[2] if part.startswith("arn:") else part


@dataclass(frozen=True, slots=True)
class Wanted:
    """One resource of an operation: its kind, and where in the parameters it is named."""

    kind: Kind
    paths: tuple[str, ...]
    optional: bool

    def arns(self, call: Request) -> Iterator[str]:
        """The ARNs, in the order of the parameters."""
        if not self.paths:
            yield self.kind.full(call, ())
            return
        found = [_either(call, path) for path in self.paths]
        if not any(found):
            if not self.optional:
                yield self.kind.full(call, ())
            return
        rest = tuple(values[0] if values else "*" for values in found[1:])
        for value in found[0] or ("*",):
            yield self.kind.full(call, (value, *rest))


def _either(call: Request, paths: str) -> tuple[str, ...]:
    for path in paths.split("|"):
        values = texts(call.params, path)
        if values:
            return values
    return ()


def wanted(text: str, kinds: Mapping[str, Kind]) -> Wanted:
    """Read "?kind=Path,Path"."""
    optional = text.startswith("?")
    name, _, paths = text.removeprefix("?").partition("=")
    kind = Kind("*", "*") if name == "*" else kinds[name]
    return Wanted(kind, tuple(paths.split(",")) if paths else (), optional)


def looked_up(kind: str, arn: str) -> Builder:
    """A builder for a kind whose ARN has an id of its own in place of the name that calls give.

    `arn` is the part after the account, with a * where the id belongs; {} takes the name.
    """

    def build(call: Request, name: str) -> str:
        if name.startswith("arn:"):
            return name
        found = call.lookup.resource_arn(call.service, kind, name) if call.lookup else None
        return found or call.arn(call.service, arn.format(name))

    return build


def role_arn(call: Request, role: str) -> str:
    """ARN of a role that a call names by ARN, by name or by path and name."""
    if role.startswith("arn:"):
        return role
    path = call.lookup.iam_path("role", role) if call.lookup is not None else None
    return f"arn:aws:iam::{call.account_id}:role{path or '/'}{role.removeprefix('/')}"
