"""The table of hostile notebooks."""

from __future__ import annotations

from tools.evening.attack import Attack
from tools.evening.attacks import cheating, control, escaping, filling, kernels, killing, reading

ATTACKS: tuple[Attack, ...] = (
    *cheating.ATTACKS,
    *control.ATTACKS,
    *reading.ATTACKS,
    *killing.ATTACKS,
    *filling.ATTACKS,
    *escaping.ATTACKS,
    *kernels.ATTACKS,
)
BY_NAME = {attack.name: attack for attack in ATTACKS}
