"""AWS CloudTrail.

Source: "Actions, resources, and condition keys for AWS CloudTrail" (Service Authorization
Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPERATIONS: Mapping[str, Any] = {
    "CancelQuery": ["eventdatastore=EventDataStore"],
    "CreateChannel": {
        "resources": ["channel=Name", "?eventdatastore=Destinations[].Location"],
        "tags": "Tags",
        "tagging": "AddTags",
    },
    "CreateEventDataStore": {
        "resources": ["eventdatastore"],
        "tags": "TagsList",
        "tagging": "AddTags",
    },
    "ListInsightsData": ["trail=InsightSource"],
    "ListInsightsMetricData": {"resources": ["?trail=TrailName"]},
    "ListTags": ["trail=ResourceIdList[]"],
    "StartLogging": ["trail=Name"],
    "StartQuery": ["eventdatastore"],
    "StopLogging": ["trail=Name"],
}
