"""The line of a query, and where it goes.

Sources: "Values that appear in VPC Resolver query logs", "Route 53 VPC Resolver query log example",
"AWS resources that you can send VPC Resolver query logs to" (Amazon Route 53 Developer Guide).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.account.state import state_of
from simulator.telemetry import log_lines
from simulator.telemetry.log_lines import Destination
from simulator.telemetry.resolver_queries.files import QUERIES

if TYPE_CHECKING:
    from simulator.network.dns import Answer
    from simulator.network.dns_firewall import Verdict
    from simulator.network.resolver import Source

_BUCKET = "arn:aws:s3:::"


@dataclass(frozen=True, slots=True)
class Query:
    """A query and what came of it. `number` tells it from others at the same time."""

    source: Source
    name: str
    kind: str
    answer: Answer
    verdict: Verdict | None
    time: datetime
    number: int


def note(query: Query) -> None:
    """Keep the query's line for every bucket that its VPC's queries are logged to."""
    source = query.source
    for bucket, prefix in _places(source):
        to = Destination(QUERIES, source.vpc, source.region, bucket, prefix)
        log_lines.note(source.account, to, (query.time, json.dumps(entry(query))))


def entry(query: Query) -> dict[str, Any]:
    """The query as its log shows it."""
    source, verdict = query.source, query.verdict
    chance = random.Random(f"query/{source.vpc}/{query.name}/{query.time}/{query.number}")
    told: dict[str, Any] = {
        "version": "1.100000",
        "account_id": source.account.id,
        "region": source.region,
        "vpc_id": source.vpc,
        "query_timestamp": f"{query.time:%Y-%m-%dT%H:%M:%SZ}",
        "query_name": f"{query.name}.",
        "query_type": query.kind,
        "query_class": "IN",
        "rcode": query.answer.rcode,
        "answers": [
            {"Rdata": _rdata(record.value, record.kind), "Type": record.kind, "Class": "IN"}
            for record in query.answer.records
        ],
        "srcaddr": source.address,
        "srcport": str(chance.randrange(32_768, 61_000)),
        "transport": "UDP",
        "srcids": {"instance": source.instance} if source.instance else {},
    }
    if verdict is not None:
        told["firewall_rule_action"] = verdict.action
        told["firewall_rule_group_id"] = verdict.group_id
        told["firewall_domain_list_id"] = verdict.list_id
    return told


def _rdata(value: str, kind: str) -> str:
    return f"{value.rstrip('.')}." if kind == "CNAME" else value


def _places(source: Source) -> Iterator[tuple[str, str]]:
    """Bucket and prefix of each configuration that the VPC is associated with."""
    state = state_of("route53resolver", source.account.id, source.region)
    if state is None:
        return
    for tie in state.resolver_query_log_config_associations.values():
        config = state.resolver_query_log_configs.get(tie.resolver_query_log_config_id)
        if tie.resource_id != source.vpc or config is None:
            continue
        if config.destination_arn.startswith(_BUCKET):
            bucket, _, prefix = config.destination_arn.removeprefix(_BUCKET).partition("/")
            yield bucket, prefix.rstrip("/*")
