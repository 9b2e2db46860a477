"""AWS Lambda.

Source: "Resources and conditions for Lambda actions" (AWS Lambda Developer Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Needed, Request
from simulator.iam.actions.paths import first
from simulator.iam.actions.resources import Builder


def function_arn(call: Request, name: str) -> str:
    """ARN of a function, with its version or alias where the call names one.

    A function is named by its name, "name:alias", a partial ARN or an ARN.
    """
    qualifier = first(call.params, "Qualifier")
    if name.startswith("arn:"):
        arn = name
    elif ":function:" in name:
        account, _, rest = name.partition(":function:")
        arn = f"arn:aws:lambda:{call.region}:{account}:function:{rest}"
    else:
        arn = call.arn("lambda", f"function:{name}")
    return f"{arn}:{qualifier}" if qualifier and arn.count(":") < 7 else arn


def layer_version(call: Request) -> tuple[Needed, ...]:
    """An action on one version of a layer that is named by name or ARN."""
    layer = call.params.get("LayerName", "*")
    arn = layer if layer.startswith("arn:") else call.arn("lambda", f"layer:{layer}")
    version = call.params.get("VersionNumber", "*")
    return (call.need(f"lambda:{call.operation}", f"{arn}:{version}"),)


BUILDERS: Mapping[str, Builder] = {"function": function_arn, "function alias": function_arn}
_NETWORK = {
    "lambda:Layer": "Layers[]",
    "lambda:SecurityGroupIds": "VpcConfig.SecurityGroupIds[]",
    "lambda:SubnetIds": "VpcConfig.SubnetIds[]",
}
_LAYERS = [
    "AddLayerVersionPermission",
    "DeleteLayerVersion",
    "GetLayerVersion",
    "GetLayerVersionPolicy",
    "RemoveLayerVersionPermission",
]
_URL = {"resources": ["function=FunctionName"], "keys": {"lambda:FunctionUrlAuthType": "AuthType"}}

OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(_LAYERS, layer_version),
    "CreateEventSourceMapping": {
        "keys": {"lambda:FunctionArn": "FunctionName"},
        "tags": "Tags",
        "tagging": "TagResource",
        "tagged": "eventSourceMapping",
    },
    "CreateFunction": {
        "resources": ["function=FunctionName"],
        "keys": {"lambda:CodeSigningConfigArn": "CodeSigningConfigArn"} | _NETWORK,
        "tags": "Tags",
        "tagging": "TagResource",
    },
    "CreateFunctionUrlConfig": _URL,
    "ListTags": ["function=Resource"],
    "TagResource": {"resources": ["function=Resource"], "tags": "Tags"},
    "UntagResource": {"resources": ["function=Resource"], "untags": "TagKeys[]"},
    "UpdateFunctionConfiguration": {"resources": ["function=FunctionName"], "keys": _NETWORK},
    "UpdateFunctionUrlConfig": _URL,
}
