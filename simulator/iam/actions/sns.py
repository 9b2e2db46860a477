"""Amazon Simple Notification Service.

Source: "Actions, resources, and condition keys for Amazon SNS" (Service Authorization
Reference). A text message to a telephone number names no resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPERATIONS: Mapping[str, Any] = {"Publish": ["?topic=TopicArn", "?topic=TargetArn"]}
