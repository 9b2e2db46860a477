"""Tags of firewalls, policies and rule groups.

Source: "Tagging AWS Network Firewall resources".
"""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation
from simulator.services.athena_paging import page
from simulator.services.network_firewall.state import backend_of, kept_of, missing, tags_of


@operation
def tag_resource(call: Call, backend: Backend) -> Result:
    """Tags of the same keys are replaced."""
    backend_of(call).tagger.tag_resource(_found(call), call.params["Tags"])
    return {}


@operation
def untag_resource(call: Call, backend: Backend) -> Result:
    """Keys that it doesn't have don't matter."""
    backend_of(call).tagger.untag_resource_using_names(_found(call), call.params["TagKeys"])
    return {}


@operation
def list_tags_for_resource(call: Call, backend: Backend) -> Result:
    """All of them."""
    shown, more = page(call, tags_of(call, _found(call)), 100, 100)
    return {"Tags": list(shown), **more}


def _found(call: Call) -> str:
    kept, name = kept_of(call), str(call.params["ResourceArn"])
    if not any(name in each for each in (kept.rule_groups, kept.policies, kept.firewalls)):
        raise missing()
    return name
