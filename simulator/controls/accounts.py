"""What several rules share: what is said of the account as a whole."""

from __future__ import annotations

from simulator.account.account import Account
from simulator.controls.evaluation import Evaluation


def of_account(account: Account, good: bool, said: str) -> Evaluation:
    """The account is the resource; `said` is told where the rule is broken."""
    arn = f"arn:aws:iam::{account.id}:root"
    return Evaluation("AWS::::Account", account.id, arn, good, "" if good else said)
