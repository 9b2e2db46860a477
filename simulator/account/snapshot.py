"""The backend's state of some accounts: copied out, put back, thrown away."""

from __future__ import annotations

import copyreg
import sys
import threading
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter
from typing import Any

from simulator.account import copying

copyreg.pickle(type(threading.Lock()), lambda _: (threading.Lock, ()))
copyreg.pickle(type(threading.RLock()), lambda _: (threading.RLock, ()))
copyreg.pickle(threading.Condition, lambda _: (threading.Condition, ()))


@dataclass(frozen=True, slots=True)
class Saved:
    """Copies of the state of each (service, account, region), and who owns which bucket.

    With each copy goes the backend it was taken from: other objects refer to it.
    """

    states: dict[tuple[str, str, str], tuple[Any, dict[str, Any]]]
    buckets: dict[str, tuple[str, str]]
    attachments: tuple[tuple[Any, int], ...]
    """Of AWS's own policies, which copies share: how many have one."""


def save(accounts: Collection[str]) -> Saved:
    """Copy the state of `accounts`. Objects shared between services stay shared."""
    _make_copyable()
    memo = _backends()
    states = dict(_states(accounts))
    return Saved(
        states={key: (state, _copied(key, state.__dict__, memo)) for key, state in states.items()},
        buckets={
            name: owner for name, owner in _bucket_owners().items() if owner[1] in set(accounts)
        },
        attachments=tuple(
            (policy, policy.attachment_count)
            for (service, _, _), state in states.items()
            if service == "iam"
            for policy in _attached(state)
        ),
    )


def restore(saved: Saved, accounts: Collection[str]) -> None:
    """Put the state of `accounts` back to what it was; `saved` stays usable."""
    memo = _backends()
    _put_back(
        saved,
        {key: _copied(key, state, memo) for key, (_, state) in saved.states.items()},
        accounts,
    )


@contextmanager
def set_aside(accounts: Collection[str]) -> Iterator[None]:
    """Inside the block `accounts` live on copies; their state itself is back after it.

    That takes one copy where `save` and `restore` take two.
    """
    saved = save(accounts)
    own = {}
    for key, (backend, state) in saved.states.items():
        own[key], backend.__dict__ = backend.__dict__, state
    try:
        yield
    finally:
        _put_back(saved, own, accounts)


def _copied(key: tuple[str, str, str], state: dict[str, Any], memo: copying.Memo) -> dict[str, Any]:
    """A copy of a backend's attributes. AWS's own policies, of which each account has 1,583, are
    shared: nothing in their tables has to be looked at."""
    if key[0] == "iam":
        from moto.iam.models import AWSManagedPolicy

        aws, every = state["aws_managed_policies"], state["managed_policies"]
        memo[id(aws)], memo[id(every)] = list(aws), dict(every)
        for arn, policy in every.items():
            if type(policy) is not AWSManagedPolicy:
                memo[id(every)][arn] = copying.deep_copy(policy, memo)
    copied: dict[str, Any] = copying.deep_copy(state, memo)
    return copied


def _attached(iam: Any) -> list[Any]:
    """Those of AWS's own policies that somebody has."""
    policies = iam.aws_managed_policies
    return [*compress(policies, map(attrgetter("attachment_count"), policies))]


def _put_back(
    saved: Saved, states: dict[tuple[str, str, str], dict[str, Any]], accounts: Collection[str]
) -> None:
    for service in _services():
        for account in accounts:
            for region in list(service[account]) if account in service else []:
                if (service.service_name, account, region) not in saved.states:
                    del service[account][region]
    services = {service.service_name: service for service in _services()}
    for (name, account, region), (backend, _) in saved.states.items():
        services[name][account][region] = backend
        backend.__dict__ = states[name, account, region]
        if name == "iam":
            for policy in _attached(backend):
                policy.attachment_count = 0
    for policy, count in saved.attachments:
        policy.attachment_count = count
    _drop_buckets(accounts)
    _bucket_owners().update(saved.buckets)


def forget(accounts: Collection[str]) -> None:
    """Throw the state of `accounts` away."""
    for service in _services():
        for account in accounts:
            if account in service:
                service[account].reset()
    for service in _services():  # after all resets: some look at another service, and so make it
        for account in accounts:
            if account in service:
                del service[account]
    _drop_buckets(accounts)


def _make_copyable() -> None:
    """What moto's own classes need: AWS's own policies are shared between states.

    There are dictionaries whose own `__init__` the copying of a defaultdict doesn't suit.
    """
    if "moto.iam.models" in sys.modules:
        from moto.iam.models import AWSManagedPolicy

        copying.share(AWSManagedPolicy)
    if "moto.ec2.models" in sys.modules:
        from moto.ec2.models.security_groups import SecurityGroupRule

        copying.plainly(SecurityGroupRule)
    if "moto.s3.models" in sys.modules:
        from moto.s3.models import FakeKey

        # What moto and the services change, they change by another value; tables are written into.
        copying.shallowly(FakeKey, "_metadata", "multipart")
    for kind in defaultdict.__subclasses__():
        if kind.__module__.startswith("moto.") and "__init__" in vars(kind):
            copyreg.pickle(kind, _reduced)
    from moto.s3.utils import _VersionedKeyStore

    copyreg.pickle(_VersionedKeyStore, _with_every_version)


def _reduced(mapping: Any) -> Any:
    factory = mapping.default_factory
    return _empty, (type(mapping), factory), vars(mapping), None, iter(mapping.items())


def _with_every_version(objects: Any) -> Any:
    """A bucket's objects: as a dictionary they show the current versions alone."""
    return _objects, (type(objects), dict(objects.lists()))


def _objects(kind: Any, lists: dict[str, list[Any]]) -> Any:
    made = kind()
    for key, versions in lists.items():
        made.setlist(key, versions)
    return made


def _empty(kind: Any, factory: Any) -> Any:
    made = kind.__new__(kind)
    made.default_factory = factory
    return made


def _services() -> list[Any]:
    from moto.core.base_backend import BackendDict

    instances: Any = BackendDict
    return list(instances._instances)


def _states(accounts: Collection[str]) -> Iterator[tuple[tuple[str, str, str], Any]]:
    for service in _services():
        for account in accounts:
            if account in service:
                for region, state in list(service[account].items()):
                    yield (service.service_name, account, region), state


def _backends() -> copying.Memo:
    """What a copy refers to and does not copy: moto's tables of backends, and the backends."""
    kept: copying.Memo = {}
    for service in _services():
        kept[id(service)] = service
        for regions in service.values():
            kept[id(regions)] = regions
            kept.update((id(state), state) for state in regions.values())
    return kept


def _bucket_owners() -> dict[str, tuple[str, str]]:
    from moto.s3.models import s3_backends

    return s3_backends.bucket_accounts


def _drop_buckets(accounts: Collection[str]) -> None:
    owners = _bucket_owners()
    for name in [name for name, owner in owners.items() if owner[1] in set(accounts)]:
        del owners[name]
