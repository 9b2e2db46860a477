"""Account-level metadata options, and what an instance's options are when it is launched.

Sources: "ModifyInstanceMetadataDefaults", "GetInstanceMetadataDefaults" (Amazon EC2 API Reference),
"Order of precedence for instance metadata options" (Amazon EC2 User Guide). Not simulated: an AMI's
ImdsSupport, declarative policies, and HttpTokensEnforced.
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation

_NO_PREFERENCE = ("no-preference", -1)
_ATTRIBUTES = {
    "HttpTokens": "http_tokens",
    "HttpPutResponseHopLimit": "http_put_response_hop_limit",
    "HttpEndpoint": "http_endpoint",
    "InstanceMetadataTags": "instance_metadata_tags",
    "HttpProtocolIpv6": "http_protocol_ipv6",
}


@operation
def modify_instance_metadata_defaults(call: Call, backend: Backend) -> Result:
    """Options for what is launched from now on in this Region. Running instances keep theirs."""
    assert call.account is not None
    kept = call.account.hosts.metadata_defaults
    given = {name: call.params[name] for name in _ATTRIBUTES if name in call.params}
    merged = {**kept.get(call.region, {}), **given}
    kept[call.region] = {n: value for n, value in merged.items() if value not in _NO_PREFERENCE}
    return {"Return": True}


@operation
def get_instance_metadata_defaults(call: Call, backend: Backend) -> Result:
    """The options that have a default in this Region."""
    assert call.account is not None
    held = call.account.hosts.metadata_defaults.get(call.region, {})
    return {"AccountLevel": {**held, **({"ManagedBy": "account"} if held else {})}}


def apply_defaults(call: Call, state: Any, instance: Any) -> dict[str, Any]:
    """Set an instance's options: the call's, else its launch template's, else the account's."""
    assert call.account is not None
    held = call.account.hosts.metadata_defaults.get(call.region, {})
    wanted = {**held, **_of_template(call, state), **call.params.get("MetadataOptions", {})}
    for name, value in wanted.items():
        if name in _ATTRIBUTES:
            setattr(instance.metadata_options, _ATTRIBUTES[name], value)
    return {name: getattr(instance.metadata_options, where) for name, where in _ATTRIBUTES.items()}


def _of_template(call: Call, state: Any) -> dict[str, Any]:
    template = call.params.get("LaunchTemplate")
    if not template:
        return {}
    options = dict(state._get_template_from_args(template).data.get("MetadataOptions") or {})
    if "HttpPutResponseHopLimit" in options:
        options["HttpPutResponseHopLimit"] = int(options["HttpPutResponseHopLimit"])
    return options
