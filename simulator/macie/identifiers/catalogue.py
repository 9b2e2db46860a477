"""All managed data identifiers that are simulated, and which of them a job uses."""

from __future__ import annotations

import functools
from collections.abc import Collection

from simulator.macie.identifiers import credentials, financial, personal
from simulator.macie.identifiers.rule import Rule


@functools.cache
def rules() -> dict[str, Rule]:
    """By id."""
    found = (*credentials.RULES, *financial.RULES, *personal.RULES)
    return {one.id: one for one in found}


def chosen(selector: str, ids: Collection[str]) -> tuple[str, ...]:
    """The ids that a job uses ("CreateClassificationJob", managedDataIdentifierSelector)."""
    every = rules().values()
    if selector == "ALL":
        return tuple(one.id for one in every)
    if selector == "INCLUDE":
        return tuple(one.id for one in every if one.id in ids)
    if selector == "EXCLUDE":
        return tuple(one.id for one in every if one.id not in ids)
    if selector == "NONE":
        return ()
    return tuple(one.id for one in every if one.recommended)
