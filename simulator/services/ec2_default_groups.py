"""An instance that is launched without a security group is in its VPC's default one.

Its primary interface is; DescribeInstances says so of the instance as well, which moto doesn't.
Source: "RunInstances" (Amazon EC2 API Reference).
"""

from __future__ import annotations

from typing import Any


def settle(instance: Any, described: dict[str, Any]) -> None:
    """Give an instance that has no groups those of its primary interface."""
    interface = instance.nics.get(0)
    if instance.security_groups or interface is None:
        return
    instance.security_groups = list(interface._group_set)
    described["SecurityGroups"] = [
        {"GroupId": group.id, "GroupName": group.name} for group in interface._group_set
    ]
