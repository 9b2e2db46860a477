"""A detector catches up: everything that happened since it last looked, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from simulator.account.account import Account
from simulator.account.state import states_of
from simulator.guardduty import collecting, state, taps
from simulator.guardduty.api_call import Record
from simulator.guardduty.attempts import Counting
from simulator.guardduty.findings import anomalies, callers, names, network, policies
from simulator.guardduty.kinds import KINDS
from simulator.guardduty.profile import Learning
from simulator.guardduty.signal import Signal, time_of
from simulator.guardduty.state import Detector
from simulator.network.addresses import number, parsed

_GLOBAL = frozenset({"iam.amazonaws.com", "organizations.amazonaws.com", "signin.amazonaws.com"})


def begun(account: Account, detector: Detector, at: datetime) -> Detector:
    """The detector, switched on: it knows the account's history, and looks from here on."""
    learning = Learning(detector.profile)
    for record in account.records[detector.place :]:
        learning.learn(record, time_of(record))
    return replace(
        detector,
        enabled=True,
        since=at,
        place=len(account.records),
        profile=learning.profile,
        addresses=detector.addresses | _addresses(account),
    )


def catch_up(account: Account, region: str, until: datetime) -> None:
    """Take in what happened up to some minutes before `until`."""
    detector = state.of(account, region).detector
    if detector is None or not detector.enabled:
        return
    horizon = until - collecting.LATENCY
    place = _place(account, detector.place, horizon)
    begin = detector.since or detector.created
    tapped = [one for one in taps.taken(account, region, horizon) if one.time >= begin]
    if place == detector.place and not tapped:
        return
    eyes = _governed(account, region, replace(detector, place=place))
    learning, counting = Learning(detector.profile), Counting(detector.attempts)
    records = account.records[detector.place : place]
    if records:
        eyes = replace(eyes, addresses=detector.addresses | _addresses(account))
    signals = [
        *_of_records(account, region, eyes, records, learning),
        *_of_taps(account, region, eyes, tapped, counting),
    ]
    fresh = replace(detector, place=place, profile=learning.profile, addresses=eyes.addresses)
    if tapped:
        fresh = replace(fresh, attempts=counting.kept(horizon))
    wanted = [one for one in signals if _wanted(eyes, one)]
    if wanted:
        wanted.sort(key=lambda one: one.time)
        fresh = collecting.collect(account, region, fresh, wanted, eyes.filters.values())
    state.keep_detector(account, region, fresh)


def _governed(account: Account, region: str, detector: Detector) -> Detector:
    """The detector with its administrator's lists and filters beside its own.

    Source: "Managing multiple accounts in Amazon GuardDuty".
    """
    administrator = state.of(account, region).administrator
    other = account.world.accounts.get(administrator[0]) if administrator else None
    above = state.of(other, region).detector if other is not None else None
    if above is None:
        return detector
    filters = {f"{above.id}/{name}": one for name, one in above.filters.items()}
    return replace(
        detector,
        trusted={**detector.trusted, **above.trusted},
        threats={**detector.threats, **above.threats},
        filters={**detector.filters, **filters},
    )


def _place(account: Account, place: int, horizon: datetime) -> int:
    records = account.records
    while place < len(records) and time_of(records[place]) <= horizon:
        place += 1
    return place


def _of_records(
    account: Account,
    region: str,
    detector: Detector,
    records: list[dict[str, Any]],
    learning: Learning,
) -> Iterator[Signal]:
    s3 = detector.monitors("S3_DATA_EVENTS")
    others: frozenset[int] | None = None
    for record in records:
        if _is_here(record, region, s3):
            yield from policies.found(record)
            yield from callers.listed(record, detector.threats.values(), s3)
            yield from anomalies.found(record, learning.profile, detector.addresses, s3)
            if "ec2RoleDelivery" in (record["userIdentity"].get("sessionContext") or {}):
                others = _others(account) if others is None else others
                yield from callers.exfiltrated(record, detector.addresses, others)
        learning.learn(record, time_of(record))


def _of_taps(
    account: Account,
    region: str,
    detector: Detector,
    tapped: list[taps.Flow | taps.Asked],
    counting: Counting,
) -> Iterator[Signal]:
    for one in tapped:
        if isinstance(one, taps.Asked):
            yield from names.found(account, region, one, counting)
        else:
            yield from network.found(account, region, one, counting, detector.threats.values())


def _is_here(record: Record, region: str, s3: bool) -> bool:
    """Whether a detector of the region gets an event: those of global services go everywhere.

    Calls that AWS's services make themselves tell it nothing. Of data events it gets those of S3,
    with S3 Protection.
    """
    identity = record["userIdentity"]
    if identity.get("invokedBy") or identity.get("type") == "AWSService":
        return False
    if record.get("eventCategory") == "Data":
        s3_event = record["eventSource"] == "s3.amazonaws.com"
        return s3 and s3_event and record["awsRegion"] == region
    return record["awsRegion"] == region or record["eventSource"] in _GLOBAL


def _wanted(detector: Detector, signal: Signal) -> bool:
    """Nothing from trusted addresses, nor by a protection plan that is off."""
    if KINDS[signal.type].feature and not detector.monitors(KINDS[signal.type].feature):
        return False
    details: Mapping[str, Any] = next(
        (one["remoteIpDetails"] for one in signal.action.values() if "remoteIpDetails" in one), {}
    )
    address = parsed(str(details.get("ipAddressV4") or details.get("ipAddressV6") or ""))
    return address is None or not any(one.holds(address) for one in detector.trusted.values())


def _addresses(account: Account) -> frozenset[int]:
    """Public addresses of instances, and Elastic IP addresses, that the account has now."""
    found: set[str] = set()
    for backend in states_of("ec2", account.id):
        found |= {str(one.public_ip) for one in backend.addresses}
        for instance in backend.all_instances():
            found |= {str(one.public_ip) for one in instance.nics.values() if one.public_ip}
            if instance.public_ip:
                found.add(str(instance.public_ip))
    return frozenset(number(one) for one in found if parsed(one) is not None)


def _others(account: Account) -> frozenset[int]:
    others = (one for one in account.world.accounts.values() if one is not account)
    return frozenset(address for one in others for address in _addresses(one))
