"""Controls are checked: what their rules say becomes findings, new, changed or archived."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from simulator.security_hub import control_findings, intake, lifecycle
from simulator.security_hub.finding import Finding, product_arn
from simulator.security_hub.standards import CONTROLS, STANDARDS, Standard, controls_of
from simulator.security_hub.state import Hub, hub_of, keep

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.controls.evaluation import Evaluation
    from simulator.security_hub.control import Control

_log = logging.getLogger(__name__)
Checks = Callable[["Account", str], "Iterator[Evaluation]"]


@cache
def rule_of(name: str) -> Checks:
    """The rule of that name in simulator.controls.

    AWS Config's own come first, so that both services say the same of a resource.

    Raises:
        KeyError: there is none.
    """
    import simulator.controls

    parts = sorted(part.name for part in pkgutil.iter_modules(simulator.controls.__path__))
    for part in sorted(parts, key=lambda one: one.startswith("hub_")):
        module = importlib.import_module(f"simulator.controls.{part}")
        found: Any = module.__dict__.get(name)
        if found is not None and found.__module__ == module.__name__:
            checks: Checks = found
            return checks
    raise KeyError(name)


def is_on(hub: Hub, standard: Standard, control: Control) -> bool:
    """Whether a control is checked for a standard."""
    if standard.id not in hub.standards:
        return False
    turned = hub.turned.get((standard.id, control.id))
    return turned.enabled if turned is not None else True


def standards_on(hub: Hub, control: Control) -> tuple[Standard, ...]:
    """The standards for which a control is checked."""
    return tuple(
        one for one in STANDARDS if control in controls_of(one) and is_on(hub, one, control)
    )


def check(
    account: Account, region: str, control_ids: list[str], now: datetime, *, again: bool = False
) -> None:
    """Check some controls now. `again`: a scheduled check, which renews what it finds the same."""
    hub = hub_of(account, region)
    assert hub is not None
    known = _by_control(hub, region)
    incoming: list[Finding] = []
    for control_id in control_ids:
        control = CONTROLS[control_id]
        standards = standards_on(hub, control)
        evaluations = _evaluated(account, region, control) if standards else None
        if evaluations is None:
            continue
        present = set()
        for found in evaluations:
            for asff in control_findings.findings_of(
                account, region, control, standards, found, now, hub.generator
            ):
                present.add(asff["Id"])
                old = known.get(control_id, {}).get(asff["Id"])
                incoming.append(_checked(old, asff, now))
        gone = (one for key, one in known.get(control_id, {}).items() if key not in present)
        incoming.extend(lifecycle.archived(one, now) for one in gone)
    intake.take_in(account, region, incoming, now)
    if again:
        _renew(account, region, set(control_ids), now)


def _evaluated(account: Account, region: str, control: Control) -> list[Evaluation] | None:
    """None where the check itself failed: it must not bring the account down with it."""
    try:
        return list(rule_of(control.rule)(account, region))
    except Exception:
        _log.exception("%s could not be checked in account %s", control.id, account.id)
        return None


def _checked(old: Finding | None, asff: dict[str, Any], now: datetime) -> Finding:
    if old is None:
        return lifecycle.first(asff, now)
    return lifecycle.checked_again(old, asff, now)


def archive_unchecked(account: Account, region: str, now: datetime) -> None:
    """Archive the findings of controls that are checked no more, for any or for one standard."""
    hub = hub_of(account, region)
    assert hub is not None
    gone = [
        finding
        for control_id, findings in _by_control(hub, region).items()
        for finding in findings.values()
        if not _is_wanted(hub, control_id, finding)
    ]
    intake.take_in(account, region, [lifecycle.archived(one, now) for one in gone], now)


def _is_wanted(hub: Hub, control_id: str, finding: Finding) -> bool:
    on = {one.id for one in standards_on(hub, CONTROLS[control_id])}
    consolidated = finding.asff["GeneratorId"].startswith("security-control/")
    if consolidated is not (hub.generator == "SECURITY_CONTROL"):
        return False
    named = {one["StandardsId"] for one in finding.asff["Compliance"]["AssociatedStandards"]}
    return bool(on & named) if consolidated else named <= on


def _by_control(hub: Hub, region: str) -> dict[str, dict[str, Finding]]:
    found: dict[str, dict[str, Finding]] = {}
    product = product_arn(region)
    for (arn, name), finding in hub.findings.items():
        control = finding.asff.get("Compliance", {}).get("SecurityControlId")
        if arn == product and control in CONTROLS:
            found.setdefault(control, {})[name] = finding
    return found


def _renew(account: Account, region: str, control_ids: set[str], now: datetime) -> None:
    hub = hub_of(account, region)
    assert hub is not None
    fresh = {
        finding.key: lifecycle.refreshed(finding, now)
        for control_id, findings in _by_control(hub, region).items()
        if control_id in control_ids
        for finding in findings.values()
        if finding.asff["RecordState"] == "ACTIVE"
    }
    keep(account, region, replace(hub, findings={**hub.findings, **fresh}))
