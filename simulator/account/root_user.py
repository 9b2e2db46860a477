"""The root user's password: only a scenario can set it, no call can."""

from __future__ import annotations

from simulator.account.account import Account
from simulator.account.principal_policies import iam_state

_KEPT = "root_password"


def set_password(account: Account, password: str) -> None:
    """Let the root user sign in to the console with `password` from now on."""
    iam_state(account.id).__dict__[_KEPT] = password


def is_password(account: Account, password: str) -> bool:
    """Whether it is the root user's; never where it has none."""
    kept: str | None = iam_state(account.id).__dict__.get(_KEPT)
    return kept is not None and kept == password
