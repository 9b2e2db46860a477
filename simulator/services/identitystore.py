"""The identity store of the organization's Identity Center: the backend of the management account.

Source: "Identity Store API Reference".
"""

from __future__ import annotations

from simulator.account import identity_center
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Operation, Result, operation
from simulator.services.sso_admin import management_of


def __getattr__(name: str) -> Operation:
    """Every operation."""
    if name.startswith("__"):
        raise AttributeError(name)

    @operation
    def passed_on(call: Call, backend: Backend) -> Result:
        before, management = call.account, management_of(call)
        store = identity_center.instance_of(management).identity_store_id
        if call.params.get("IdentityStoreId") != store:
            raise AwsError("ResourceNotFoundException", "Could not find IdentityStore")
        call.account = management
        try:
            return backend()
        finally:
            call.account = before

    return passed_on
