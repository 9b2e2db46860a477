"""Products of AWS whose findings come in by themselves.

Sources: "AWS service integrations with Security Hub CSPM", "DescribeProducts" (AWS Security Hub User
Guide and API Reference).
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from simulator.security_hub import intake
from simulator.security_hub.state import Hub, hub_of, keep

if TYPE_CHECKING:
    from simulator.account.account import Account


@dataclass(frozen=True, slots=True)
class Product:
    """`package` is the part of this simulator that has the findings; "" for Security Hub itself."""

    id: str
    name: str
    description: str
    categories: tuple[str, ...]
    package: str = ""
    state: tuple[str, ...] = ()
    """Beginnings of the names under which the service keeps its state."""
    company: str = "AWS"

    def arn(self, region: str) -> str:
        return f"arn:aws:securityhub:{region}::product/{self.company.lower()}/{self.id}"


PRODUCTS: Final = (
    Product(
        "securityhub",
        "Security Hub",
        "Checks resources against the controls of security standards.",
        ("Software and Configuration Checks",),
    ),
    Product(
        "guardduty",
        "GuardDuty",
        "Detects threats in logs of calls, of network traffic and of DNS queries.",
        ("Threat Intelligence Platform", "Cloud Workload Protection Platform"),
        "guardduty",
        ("guardduty",),
    ),
    Product(
        "access-analyzer",
        "IAM Access Analyzer",
        "Finds resources that principals outside of a zone of trust can use.",
        ("Policy Management and Compliance",),
        "access_analyzer",
        ("accessanalyzer", "access_analyzer", "access analyzer", "access-analyzer"),
    ),
    Product(
        "macie",
        "Macie",
        "Finds sensitive data in buckets, and buckets that are not guarded.",
        ("Data Classification",),
        "macie",
        ("macie",),
    ),
    Product(
        "prowler",
        "Prowler",
        "Scans accounts for deviations from security best practices.",
        ("Software and Configuration Checks",),
        company="Prowler",
    ),
)


def subscription_arn(product: str, region: str, account_id: str) -> str:
    """The ARN of an account's subscription to the product of an ARN."""
    return (
        f"arn:aws:securityhub:{region}:{account_id}:product-subscription/"
        + product.partition(":product/")[2]
    )


def take_in_all(account: Account, region: str, now: datetime) -> None:
    """Take in what the other services have found, where their states are new since the last time."""
    hub = hub_of(account, region)
    assert hub is not None
    states = tuple(_states(account, region, hub))
    if len(states) == len(hub.seen) and all(
        one is other for one, other in zip(states, hub.seen, strict=True)
    ):
        return
    keep(account, region, replace(hub, seen=states))
    incoming = []
    for product in PRODUCTS:
        if product.arn(region) not in hub.products or not has_findings(product.package):
            continue
        module = importlib.import_module(f"simulator.{product.package}.asff")
        for asff in module.asff(account, region):
            given: Mapping[str, Any] = {
                "ProductName": product.name,
                "CompanyName": product.company,
                "Region": region,
                **asff,
            }
            old = hub.findings.get((asff["ProductArn"], asff["Id"]))
            incoming.append(intake.merged(old, given, now, asff["ProductArn"]))
    intake.take_in(account, region, incoming, now)


def _states(account: Account, region: str, hub: Hub) -> Iterator[Any]:
    """What a product's findings can follow from, and which products are asked."""
    yield hub.products
    for (service, where), state in account.services.items():
        if where in {region, ""} and any(service.startswith(p) for p in _BEGINNINGS):
            yield state


_BEGINNINGS: Final = tuple(name for product in PRODUCTS for name in product.state)


@cache
def has_findings(package: str) -> bool:
    """Whether the service is one that is built."""
    if not package or importlib.util.find_spec(f"simulator.{package}") is None:
        return False
    return importlib.util.find_spec(f"simulator.{package}.asff") is not None
