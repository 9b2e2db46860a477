"""Security Hub catches up: with what changed, with its schedule, and with other services' findings.

Source: "Schedule for running security checks" (AWS Security Hub User Guide): the first checks run
within two hours, change-triggered ones after a change, and scheduled ones at least every 12 hours
(Security Hub's own choice lies between 12 and 24). A change is settled after two minutes here, and
a standard's first checks run five minutes after it was enabled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from simulator.security_hub import checks, organization, products
from simulator.security_hub.filters import moment
from simulator.security_hub.standards import CONTROLS, STANDARDS, controls_of, standards_of
from simulator.security_hub.state import Hub, hub_of, hubs_of, keep

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World
    from simulator.reactions.event import Event

SETTLES: Final = timedelta(minutes=2)
FIRST: Final = timedelta(minutes=5)
PERIOD: Final = timedelta(hours=12)
_KEPT: Final = timedelta(days=90)
_KEPT_ARCHIVED: Final = timedelta(days=30)
_SOURCES: Final = frozenset(name for one in CONTROLS.values() for name in one.sources)


def observe(world: World, until: datetime) -> Iterable[Event]:
    """Every hub of every account up to `until`."""
    for account in list(world.accounts.values()):
        for region, hub in list(hubs_of(account)):
            _note(account, region, hub)
            organization.enroll(account, region, until)
            products.take_in_all(account, region, until)
            _check(account, region, until)
    return sorted(_posted(world), key=lambda event: event.time)


def _note(account: Account, region: str, hub: Hub) -> None:
    """Which services changed, by the records that were not looked at yet."""
    if hub.read == len(account.records):
        return
    due = dict(hub.due)
    for record in account.records[min(hub.read, len(account.records)) :]:
        if record.get("readOnly") or "errorCode" in record or not record["managementEvent"]:
            continue
        service = str(record["eventSource"]).partition(".")[0]
        if service in _SOURCES and _bears_on(record["awsRegion"], region, service):
            at = datetime.fromisoformat(record["eventTime"])
            due.setdefault(service, at + SETTLES)
    keep(account, region, replace(hub, read=len(account.records), due=due))


def _bears_on(where: str, region: str, service: str) -> bool:
    return where == region or service in {"iam", "cloudtrail", "s3"}


def _check(account: Account, region: str, until: datetime) -> None:
    hub = hub_of(account, region)
    assert hub is not None
    scheduled = [one for one in STANDARDS if hub.schedule.get(one.id, until + PERIOD) <= until]
    ripe = {service for service, at in hub.due.items() if at <= until}
    if not scheduled and not ripe:
        return
    due = {service: at for service, at in hub.due.items() if service not in ripe}
    later = {one.id: until + PERIOD for one in scheduled}
    keep(account, region, replace(hub, due=due, schedule={**hub.schedule, **later}))
    wanted = {control.id for one in scheduled for control in controls_of(one)}
    begun = {name for name, since in hub.standards.items() if until - since >= FIRST}
    touched = [
        control.id
        for control in CONTROLS.values()
        if control.id not in wanted
        and not control.periodic
        and ripe & set(control.sources)
        and any(one.id in begun for one in standards_of(control))
    ]
    if scheduled:
        checks.check(account, region, sorted(wanted), until, again=True)
        _expire(account, region, until)
    if touched:
        checks.check(account, region, touched, until)


def _expire(account: Account, region: str, until: datetime) -> None:
    """Findings go 90 days after their last update, archived ones 30 days after.

    Source: "Deleting findings" (AWS Security Hub User Guide).
    """
    hub = hub_of(account, region)
    assert hub is not None
    kept = {
        key: finding
        for key, finding in hub.findings.items()
        if until - moment(finding.asff["UpdatedAt"])
        < (_KEPT_ARCHIVED if finding.asff["RecordState"] == "ARCHIVED" else _KEPT)
    }
    if len(kept) < len(hub.findings):
        keep(account, region, replace(hub, findings=kept))


def _posted(world: World) -> Iterator[Event]:
    for account in world.accounts.values():
        for region, hub in list(hubs_of(account)):
            if hub.outbox:
                yield from hub.outbox
                keep(account, region, replace(hub, outbox=()))
