"""What is kept of an account's hosts: nothing in it changes but these tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from simulator.hosts.host import Process, Service


@dataclass(frozen=True, slots=True)
class Disk:
    """What a volume or a snapshot holds."""

    files: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[int, Service] = field(default_factory=dict)
    startup: tuple[Process, ...] = ()
    agent: bool = False


@dataclass(frozen=True, slots=True)
class Running:
    """A process. `port` is where it listens; `service` what it then answers, if it is one."""

    pid: int
    name: str
    command: str
    user: str = "root"
    cpu: float = 0.0
    port: int | None = None
    service: Service | None = None
    peer: str = ""
    environ: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is on no disk, and is gone when the instance stops."""

    processes: tuple[Running, ...] = ()
    mounts: Mapping[str, str] = field(default_factory=dict)
    """Directory → volume id."""
    last_pid: int = 0


@dataclass(frozen=True, slots=True)
class Issued:
    """Credentials that the metadata service hands out until they are near their end."""

    since: datetime
    keys: Mapping[str, Any]


@dataclass(slots=True)
class HostState:
    """One account's. The values are never changed, only replaced: a copy of the tables is enough."""

    disks: dict[str, Disk] = field(default_factory=dict)
    """By id of a volume or a snapshot."""
    memories: dict[str, Memory] = field(default_factory=dict)
    """By id of an instance that runs."""
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """IMDSv2 token → the instance that it is good for, and until when."""
    issued: dict[tuple[str, ...], Issued] = field(default_factory=dict)
    """By instance, association, role and version of the metadata service."""
    commands: dict[str, Any] = field(default_factory=dict)
    """What Run Command was asked to do, by command id."""
    metadata_defaults: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """Account-level metadata options, by Region."""
    drawn: dict[str, int] = field(default_factory=dict)
    """How often chance was asked for something, by what."""

    def save(self) -> dict[str, Any]:
        return {one.name: dict(getattr(self, one.name)) for one in fields(self)}

    def restore(self, saved: Mapping[str, Any]) -> None:
        for name, table in saved.items():
            setattr(self, name, dict(table))

    def draw(self, what: str) -> int:
        """How often this was asked before: what is by chance about it follows from that."""
        self.drawn[what] = self.drawn.get(what, 0) + 1
        return self.drawn[what]
