"""Turning query logging off.

Sources: "DisassociateResolverQueryLogConfig", "DeleteResolverQueryLogConfig" (Amazon Route 53
Resolver API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation


def backend_of(call: Call) -> Any:
    """The backend's state of Route 53 Resolver."""
    from moto.route53resolver.models import route53resolver_backends

    assert call.account is not None
    return route53resolver_backends[call.account.id][call.region]


def missing(kind: str, name: str) -> AwsError:
    """There is no such resource."""
    text = f"[RSLVR-00602] {kind} with the ID '{name}' does not exist"
    return AwsError("ResourceNotFoundException", text)


@operation
def disassociate_resolver_query_log_config(call: Call, backend: Backend) -> Result:
    """The VPC's queries are logged no more."""
    state = backend_of(call)
    config, resource = call.params["ResolverQueryLogConfigId"], call.params["ResourceId"]
    ties = state.resolver_query_log_config_associations
    for tie in list(ties.values()):
        if (tie.resolver_query_log_config_id, tie.resource_id) == (config, resource):
            del ties[tie.id]
            state.resolver_query_log_configs[config].association_count -= 1
            told = {**tie.description(), "Status": "DELETING"}
            return {"ResolverQueryLogConfigAssociation": told}
    raise missing("Resolver query logging config association", f"{config}/{resource}")


@operation
def delete_resolver_query_log_config(call: Call, backend: Backend) -> Result:
    """Only a configuration that no VPC is associated with can be deleted."""
    state, name = backend_of(call), call.params["ResolverQueryLogConfigId"]
    config = state.resolver_query_log_configs.get(name)
    if config is None:
        raise missing("Resolver query logging config", name)
    if config.association_count:
        raise AwsError(
            "InvalidRequestException",
            f"Resolver query logging config '{name}' is associated with "
            f"{config.association_count} resources: disassociate them first",
        )
    del state.resolver_query_log_configs[name]
    return {"ResolverQueryLogConfig": {**config.description(), "Status": "DELETING"}}
