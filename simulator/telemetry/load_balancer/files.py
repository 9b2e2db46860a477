"""Files of load balancers' access logs: a file every five minutes, to a bucket of the region.

Sources: "Access logs for your Application Load Balancer", "Enable access logs for your Application
Load Balancer", "Access logs for your Network Load Balancer" (Elastic Load Balancing).
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import timedelta
from string import ascii_lowercase, digits
from typing import Any, Final

from simulator.account.account import Account
from simulator.gateway.service_call import ServiceCall
from simulator.network.balancers import node_address
from simulator.telemetry.log_lines import Destination, File, Log

DELIVERY: Final = "delivery.logs.amazonaws.com"
_ELB: Final = "logdelivery.elasticloadbalancing.amazonaws.com"
_ACCOUNTS: Final = {
    "us-east-1": "127311923021",
    "us-east-2": "033677994240",
    "us-west-1": "027434742980",
    "us-west-2": "797873946194",
    "af-south-1": "098369216593",
    "ap-east-1": "754344448648",
    "ap-southeast-3": "589379963580",
    "ap-south-1": "718504428378",
    "ap-northeast-3": "383597477331",
    "ap-northeast-2": "600734575887",
    "ap-southeast-1": "114774131450",
    "ap-southeast-2": "783225319266",
    "ap-northeast-1": "582318560864",
    "ca-central-1": "985666609251",
    "eu-central-1": "054676820928",
    "eu-west-1": "156460612806",
    "eu-west-2": "652711504416",
    "eu-south-1": "635631232127",
    "eu-west-3": "009996457667",
    "eu-north-1": "897822967062",
    "me-south-1": "076674570225",
    "sa-east-1": "507241528517",
}
"""The accounts of Elastic Load Balancing in the regions that were there before August 2022."""


def from_elb(
    source_arn: str, region: str, params: Mapping[str, Any], body: bytes
) -> tuple[ServiceCall, ...]:
    """An upload to a bucket in both names that an Application Load Balancer's bucket may know."""
    calls = [ServiceCall(_ELB, source_arn, "PutObject", dict(params), region, body)]
    if region in _ACCOUNTS:
        number = _ACCOUNTS[region]
        calls.append(ServiceCall(_ELB, source_arn, "PutObject", dict(params), region, body, number))
    return tuple(calls)


def from_delivery(
    account: Account, region: str, params: Mapping[str, Any], body: bytes
) -> tuple[ServiceCall, ...]:
    """An upload by the service that delivers logs for others ("Logs sent to Amazon S3")."""
    source = f"arn:aws:logs:{region}:{account.id}:*"
    more = {**params, "ACL": "bucket-owner-full-control"}
    return (ServiceCall(DELIVERY, source, "PutObject", more, region, body),)


def folder(account: Account, prefix: str) -> str:
    """The folder that a bucket policy names."""
    return f"{prefix.rstrip('/')}/AWSLogs/{account.id}" if prefix else f"AWSLogs/{account.id}"


def _alb(account: Account, to: Destination, file: File) -> tuple[ServiceCall, ...]:
    params = _params(account, to, file, f"_{node_address(to.source)}")
    return from_elb(to.source, to.region, params, gzip.compress(file.text, mtime=0))


def _nlb(account: Account, to: Destination, file: File) -> tuple[ServiceCall, ...]:
    params = _params(account, to, file, "")
    return from_delivery(account, to.region, params, gzip.compress(file.text, mtime=0))


def _params(account: Account, to: Destination, file: File, node: str) -> dict[str, Any]:
    name = to.source.partition(":loadbalancer/")[2].replace("/", ".")
    unique = "".join(file.chance.choices(ascii_lowercase + digits, k=8))
    key = (
        f"{folder(account, to.prefix)}/elasticloadbalancing/{to.region}/{file.end:%Y/%m/%d}/"
        f"{account.id}_elasticloadbalancing_{to.region}_{name}_{file.end:%Y%m%dT%H%MZ}"
        f"{node}_{unique}.log.gz"
    )
    return {"Bucket": to.bucket, "Key": key, "ContentType": "application/octet-stream"}


ALB: Final = Log("alb", timedelta(minutes=5), (20.0, 180.0), _alb)
NLB: Final = Log("nlb", timedelta(minutes=5), (20.0, 180.0), _nlb)
