"""Service-specific credentials (Git, Keyspaces, Bedrock), of which no user has any here.

Source: "ListServiceSpecificCredentials" of the IAM API reference.
"""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import user_of


@operation
def list_service_specific_credentials(call: Call, backend: Backend) -> Result:
    """An empty list.

    Raises:
        AwsError: NoSuchEntity.
    """
    if not call.params.get("AllUsers"):
        user_of(call)
    return {"ServiceSpecificCredentials": []}
