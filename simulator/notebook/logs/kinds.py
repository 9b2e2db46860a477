"""The kinds of logs that can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.errors import DrillError, did_you_mean
from simulator.notebook.logs import cloudtrail, dns, flow, places, text

if TYPE_CHECKING:
    import pandas as pd

Place = tuple[str, str]
"""A bucket, and the prefix that the keys of the files have."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a log is read, and where the account says that it is.

    `frame` takes the files' contents, unpacked; `places` takes a function that makes boto3 clients.
    `marks` is what every key of the log holds, where there is such a mark.
    """

    frame: Callable[[Iterable[bytes]], pd.DataFrame]
    places: Callable[[Callable[[str], Any]], list[Place]]
    marks: tuple[str, ...] = ()


KINDS: Final = {
    "cloudtrail": Kind(cloudtrail.frame, places.of_trails, ("/CloudTrail/", ".json")),
    "s3-access": Kind(text.S3_ACCESS.frame, places.of_server_access),
    "alb": Kind(text.ALB.frame, places.of_albs, ("_elasticloadbalancing_", "_app.")),
    "nlb": Kind(text.NLB.frame, places.of_nlbs, ("_elasticloadbalancing_", "_net.")),
    "dns": Kind(dns.frame, places.of_resolver_queries, ("vpcdnsquerylogs",)),
    "vpc-flow": Kind(flow.frame, places.of_flow_logs, ("vpcflowlogs",)),
}


def find(name: str) -> Kind:
    """The kind of that name.

    Raises:
        DrillError: there is none.
    """
    if name not in KINDS:
        raise DrillError(
            f"There is no log of kind {name!r}; there is {', '.join(KINDS)}."
            f"{did_you_mean(name, KINDS)}"
        )
    return KINDS[name]
