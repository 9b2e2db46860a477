"""Amazon EC2 Auto Scaling.

Source: "Actions, resources, and condition keys for Amazon EC2 Auto Scaling" (Service
Authorization Reference). A group's ARN has an id before its name, which is looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.resources import looked_up

BUILDERS = {
    "autoScalingGroup": looked_up("autoScalingGroup", "autoScalingGroup:*:autoScalingGroupName/{}"),
    "launchConfiguration": looked_up(
        "launchConfiguration", "launchConfiguration:*:launchConfigurationName/{}"
    ),
}
OPERATIONS: Mapping[str, Any] = {
    "CreateOrUpdateTags": {"resources": ["autoScalingGroup=Tags[].ResourceId"], "tags": "Tags"},
    "DeleteTags": {"resources": ["autoScalingGroup=Tags[].ResourceId"], "untags": "Tags[].Key"},
}
