"""Security Hub, standards and controls are turned on and off.

Sources: "Enabling Security Hub CSPM", "Enabling a security standard", "Disabling controls" (AWS
Security Hub User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.reactions.reactions import wake
from simulator.security_hub import checks
from simulator.security_hub.observer import FIRST
from simulator.security_hub.products import PRODUCTS
from simulator.security_hub.standards import STANDARDS, Standard
from simulator.security_hub.state import Hub, Turned, hub_of, keep

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.security_hub.control import Control


def turn_on(
    account: Account,
    region: str,
    now: datetime,
    *,
    generator: str = "SECURITY_CONTROL",
    tags: Mapping[str, str] | None = None,
    standards: bool = True,
) -> None:
    """Security Hub, which takes in the findings of AWS's own services from now on."""
    products = frozenset(one.arn(region) for one in PRODUCTS if one.package)
    hub = Hub(now, tags or {}, generator=generator, products=products, read=len(account.records))
    keep(account, region, hub)
    for standard in STANDARDS if standards else ():
        if standard.default:
            turn_on_standard(account, region, standard, now)
    wake(account.world, "security hub")


def turn_on_standard(account: Account, region: str, standard: Standard, now: datetime) -> None:
    """Its controls are checked for the first time after some minutes."""
    hub = hub_of(account, region)
    assert hub is not None
    if standard.id not in hub.standards:
        keep(account, region, replace(hub, standards={**hub.standards, standard.id: now}))
        check_soon(account, region, standard.id, now)


def turn_off_standard(account: Account, region: str, standard: Standard, now: datetime) -> None:
    """The findings of controls that no other standard has are archived."""
    hub = hub_of(account, region)
    assert hub is not None
    left = {name: since for name, since in hub.standards.items() if name != standard.id}
    schedule = {name: at for name, at in hub.schedule.items() if name != standard.id}
    turned = {pair: one for pair, one in hub.turned.items() if pair[0] != standard.id}
    keep(account, region, replace(hub, standards=left, schedule=schedule, turned=turned))
    checks.archive_unchecked(account, region, now)


def turn_control(
    account: Account,
    region: str,
    standard: Standard,
    control: Control,
    turned: Turned,
) -> None:
    """Turn a control on or off in one standard."""
    hub = hub_of(account, region)
    assert hub is not None
    keep(
        account,
        region,
        replace(hub, turned={**hub.turned, (standard.id, control.id): turned}),
    )
    if turned.enabled:
        check_soon(account, region, standard.id, turned.time)
    else:
        checks.archive_unchecked(account, region, turned.time)


def check_soon(account: Account, region: str, standard_id: str, now: datetime) -> None:
    """All controls of a standard are checked after some minutes."""
    hub = hub_of(account, region)
    assert hub is not None
    at = min(hub.schedule.get(standard_id, now + FIRST), now + FIRST)
    keep(account, region, replace(hub, schedule={**hub.schedule, standard_id: at}))
