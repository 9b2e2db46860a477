"""AWS Config.

Source: "Actions, resources, and condition keys for AWS Config" (Service Authorization
Reference). A rule's and an aggregator's ARN end in an id, which is looked up.
"""

from __future__ import annotations

from simulator.iam.actions.resources import looked_up

BUILDERS = {
    "ConfigRule": looked_up("ConfigRule", "config-rule/*"),
    "ConfigurationAggregator": looked_up("ConfigurationAggregator", "config-aggregator/*"),
}
