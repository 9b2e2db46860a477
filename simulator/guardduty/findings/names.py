"""DNS queries: names of ill repute, and data hidden in names.

Many different, long, random-looking labels below one domain within an hour are called a tunnel: ten of
at least 30 characters. AWS does not tell its own measure. Sources: "CryptoCurrency:EC2/
BitcoinTool.B!DNS", "Backdoor:EC2/C&CActivity.B!DNS", "Trojan:EC2/DNSDataExfiltration".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.account.account import Account
from simulator.guardduty import intelligence, resources
from simulator.guardduty.attempts import Counting
from simulator.guardduty.signal import Signal
from simulator.guardduty.taps import Asked

_MANY: Final = 10
_LONG: Final = 30


def found(account: Account, region: str, asked: Asked, counting: Counting) -> Iterator[Signal]:
    """What a query tells. `counting` takes it in."""
    if intelligence.mines(asked.domain):
        yield _signal(account, region, asked, "CryptoCurrency:EC2/BitcoinTool.B!DNS", asked.domain)
    if intelligence.commands(asked.domain):
        yield _signal(account, region, asked, "Backdoor:EC2/C&CActivity.B!DNS", asked.domain)
    labels = asked.domain.split(".")
    hidden = [label for label in labels[:-2] if len(label) >= _LONG]
    if hidden and not asked.domain.endswith(".amazonaws.com"):
        domain = ".".join(labels[-2:])
        key = ("tunnel", asked.instance, domain)
        if counting.add(key, asked.time, ".".join(hidden))[1] >= _MANY:
            yield _signal(account, region, asked, "Trojan:EC2/DNSDataExfiltration", domain)


def _signal(account: Account, region: str, asked: Asked, kind: str, domain: str) -> Signal:
    return Signal(
        kind,
        asked.time,
        resources.of_instance(account, region, asked.instance),
        {
            "actionType": "DNS_REQUEST",
            "dnsRequestAction": {
                "domain": domain,
                "domainWithSuffix": ".".join(domain.split(".")[-2:]),
                "protocol": "UDP",
                "blocked": asked.blocked,
                "vpcOwnerAccountId": account.id,
            },
        },
        target=asked.instance,
        actor=domain,
        words={"instance": asked.instance},
        role="ACTOR",
        additional={"domain": domain},
    )
