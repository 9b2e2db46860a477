"""The fields of flow log records, and the version that each of them came with.

Source: "Flow log records", *Available fields* (Amazon VPC User Guide).
"""

from __future__ import annotations

import re
from typing import Final

_BY_VERSION: Final = {
    2: (
        *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport"),
        *("protocol", "packets", "bytes", "start", "end", "action", "log-status"),
    ),
    3: ("vpc-id", "subnet-id", "instance-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr"),
    4: ("region", "az-id", "sublocation-type", "sublocation-id"),
    5: ("pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path"),
    7: (
        *("ecs-cluster-arn", "ecs-cluster-name", "ecs-container-instance-arn"),
        *("ecs-container-instance-id", "ecs-container-id", "ecs-second-container-id"),
        *("ecs-service-name", "ecs-task-definition-arn", "ecs-task-arn", "ecs-task-id"),
    ),
    8: ("reject-reason",),
    9: ("resource-id",),
    10: ("encryption-status",),
}
"""Those from version 7 on are never told here: they show "-", as where they don't apply."""

VERSIONS: Final = {name: version for version, names in _BY_VERSION.items() for name in names}
DEFAULT: Final = _BY_VERSION[2]
_FORMAT: Final = re.compile(r"\$\{[^{}\s]+\}(?: \$\{[^{}\s]+\})*")


def fields_of(log_format: str) -> tuple[str, ...] | None:
    """The names in a format, known or not; None for what is no format."""
    if not _FORMAT.fullmatch(log_format):
        return None
    return tuple(each[2:-1] for each in log_format.split(" "))


def version_of(fields: tuple[str, ...]) -> int:
    """The version of a record: the highest among its fields'."""
    return max(VERSIONS[name] for name in fields)
