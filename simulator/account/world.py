"""Everything one learner works in: its accounts on one clock, and the chance that shaped them."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.account import snapshot
from simulator.account.account import Account
from simulator.account.clock import Clock
from simulator.errors import CannotServe
from simulator.network.internet import Internet

if TYPE_CHECKING:
    from simulator.functions.functions import Functions
    from simulator.hosts.reach import Reaches
    from simulator.journal import Journal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A moment of a world. It can be restored any number of times."""

    accounts: dict[str, tuple[Account, Any]]
    memberships: dict[str, str]
    backend: snapshot.Saved | None
    """None: it was set aside instead."""
    clock: Any
    chance: Any
    extras: dict[str, Any]
    awake: frozenset[str]
    internet: Any


class World:
    """One learner's accounts. `seed` decides every id and name in them."""

    def __init__(self, seed: int, clock: Clock | None = None, secret: str = "") -> None:
        self.seed = seed
        self.clock = clock or Clock()
        self.accounts: dict[str, Account] = {}
        self.served: dict[str, Account] | None = None
        """The accounts of the gateway that serves this world, shared with other worlds."""
        self.memberships: dict[str, str] = {}
        """Account → management account of the organization it is in. Empty: no organization."""
        self.chance: Any = random.Random(f"backend/{seed}").getstate()
        """State of the generator behind the identifiers that the backend makes up."""
        self.secret = secret or secrets.token_hex(32)
        """Signs what outside parties sign. It stays in the simulator's process."""
        self.settings: dict[str, dict[str, str]] = {}
        """What systems outside AWS are configured with, e.g. the CI's credentials."""
        self.journal: Journal | None = None
        """Where what is asked of this world is written down, if anywhere."""
        self.reaches: Reaches | None = None
        """Decides whether a connection is made; None: every one is."""
        self.functions: Functions | None = None
        """Runs Lambda functions; None: no code does anything."""
        self.keep_up: Callable[[], None] = lambda: None
        """Lets what has come due happen, before somebody from outside calls."""
        self.awake: set[str] = set()
        """The observers that have something to look at: see simulator.reactions."""
        self.reacting = False
        """Whether services are catching up just now."""
        self.react: Callable[[], None] = lambda: None
        """Lets services catch up with the clock."""
        self.stir: Callable[[], None] = lambda: None
        """Something happened while the past is played: services are to catch up soon."""
        self.asked: datetime | None = None
        """When somebody outside last asked for something, by the machine's clock."""
        self.internet = Internet()
        """Names and servers that are not AWS's own."""

    def open_account(self, account_id: str, region: str = "us-east-1") -> Account:
        """A new account, served at once if the world is.

        Raises:
            CannotServe: another world of the same gateway has an account of that id.
        """
        if self.served is not None and account_id in self.served:
            raise CannotServe(f"Account {account_id} is in use by another lab of this simulator.")
        account = Account(account_id, self, region)
        self._admit(account)
        return account

    def save(self) -> Snapshot:
        return self._save(snapshot.save(self.accounts))

    def _save(self, backend: snapshot.Saved | None) -> Snapshot:
        return Snapshot(
            accounts={name: (account, account.save()) for name, account in self.accounts.items()},
            memberships=dict(self.memberships),
            backend=backend,
            clock=self.clock.save(),
            chance=self.chance,
            extras={name: dict(values) for name, values in self.settings.items()},
            awake=frozenset(self.awake),
            internet=self.internet.save(),
        )

    def restore(self, saved: Snapshot) -> None:
        for name in self.accounts.keys() - saved.accounts.keys():
            self._drop(name)
        for account, state in saved.accounts.values():
            self._admit(account)
            account.restore(state)
        self.memberships = dict(saved.memberships)
        if saved.backend is not None:
            snapshot.restore(saved.backend, self.accounts)
        self.clock.restore(saved.clock)
        self.chance = saved.chance
        self.settings = {name: dict(values) for name, values in saved.extras.items()}
        self.awake = set(saved.awake)
        self.internet.restore(saved.internet)

    def close(self) -> None:
        """Forget the state of every account."""
        snapshot.forget(self.accounts)

    def _admit(self, account: Account) -> None:
        self.accounts[account.id] = account
        if self.served is not None:
            self.served[account.id] = account

    def _drop(self, account_id: str) -> None:
        """Forget an account that was opened after the moment being restored."""
        snapshot.forget([account_id])
        del self.accounts[account_id]
        if self.served is not None:
            self.served.pop(account_id, None)

    @contextmanager
    def undone(self) -> Iterator[World]:
        """Whatever happens inside the block leaves no trace."""
        saved = self._save(None)
        with snapshot.set_aside(self.accounts):
            try:
                yield self
            finally:
                self.restore(saved)
