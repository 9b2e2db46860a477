"""Everything one learner works in: its accounts on one clock, and the chance that shaped them."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from simulator.account import snapshot
from simulator.account.account import Account
from simulator.account.clock import Clock


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A moment of a world. It can be restored any number of times."""

    accounts: dict[str, Any]
    backend: snapshot.Saved
    clock: Any
    chance: Any
    extras: dict[str, Any]


class World:
    """One learner's accounts. `seed` decides every id and name in them."""

    def __init__(self, seed: int, clock: Clock | None = None) -> None:
        self.seed = seed
        self.clock = clock or Clock()
        self.accounts: dict[str, Account] = {}
        self.chance: Any = random.Random(f"backend/{seed}").getstate()
        """State of the generator behind the identifiers that the backend makes up."""
        self.secret = secrets.token_hex(32)
        """Signs what outside parties sign. It stays in the simulator's process."""
        self.settings: dict[str, dict[str, str]] = {}
        """What systems outside AWS are configured with, e.g. the CI's credentials."""

    def open_account(self, account_id: str, region: str = "us-east-1") -> Account:
        account = Account(account_id, self, region)
        self.accounts[account_id] = account
        return account

    def save(self) -> Snapshot:
        return Snapshot(
            accounts={name: account.save() for name, account in self.accounts.items()},
            backend=snapshot.save(self.accounts),
            clock=self.clock.save(),
            chance=self.chance,
            extras={name: dict(values) for name, values in self.settings.items()},
        )

    def restore(self, saved: Snapshot) -> None:
        for name, account in self.accounts.items():
            account.restore(saved.accounts[name])
        snapshot.restore(saved.backend, self.accounts)
        self.clock.restore(saved.clock)
        self.chance = saved.chance
        self.settings = {name: dict(values) for name, values in saved.extras.items()}

    def close(self) -> None:
        """Forget the state of every account."""
        snapshot.forget(self.accounts)

    @contextmanager
    def undone(self) -> Iterator[World]:
        """Whatever happens inside the block leaves no trace."""
        saved = self.save()
        try:
            yield self
        finally:
            self.restore(saved)
