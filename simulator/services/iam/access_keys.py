"""Access keys, and when they were last used.

Source: "GetAccessKeyLastUsed" of the IAM API reference.
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import account_of, iam_of, missing, page, user_of

_MOST = 2


@operation
def create_access_key(call: Call, backend: Backend) -> Result:
    """A user has two keys at most.

    Raises:
        AwsError: LimitExceeded.
    """
    user = user_of(call)
    if len(user.access_keys) >= _MOST:
        raise AwsError("LimitExceeded", f"Cannot exceed quota for AccessKeysPerUser: {_MOST}", 409)
    key = iam_of(call).create_access_key(user.name)
    key.create_date = call.time.replace(tzinfo=None)
    return {"AccessKey": _shown(key) | {"SecretAccessKey": key.secret_access_key}}


@operation
def list_access_keys(call: Call, backend: Backend) -> Result:
    """Of the user named, or of the one that calls."""
    keys, rest = page(call, user_of(call).access_keys)
    return {"AccessKeyMetadata": [_shown(key) for key in keys]} | rest


@operation
def update_access_key(call: Call, backend: Backend) -> Result:
    """An inactive key proves nobody, from the next call on."""
    _key(call, user_of(call)).status = call.params["Status"]
    return {}


@operation
def delete_access_key(call: Call, backend: Backend) -> Result:
    """There is no way back."""
    key = _key(call, user_of(call))
    iam_of(call).delete_access_key_by_name(key.access_key_id)
    return {}


@operation
def get_access_key_last_used(call: Call, backend: Backend) -> Result:
    """The last call that was signed with the key, whether it was allowed or not."""
    key = iam_of(call).access_keys.get(call.params["AccessKeyId"])
    if key is None:
        raise missing(f"The Access Key with id {call.params['AccessKeyId']} cannot be found.")
    used = account_of(call).last_used.get(key.access_key_id)
    shown: Result = {"ServiceName": "N/A", "Region": "N/A"}
    if used is not None:
        shown = {
            "LastUsedDate": used.latest.time,
            "ServiceName": used.latest.service,
            "Region": used.latest.region,
        }
    return {"UserName": key.user_name, "AccessKeyLastUsed": shown}


def _key(call: Call, user: Any) -> Any:
    wanted = call.params["AccessKeyId"]
    key = next((key for key in user.access_keys if key.access_key_id == wanted), None)
    if key is None:
        raise missing(f"The Access Key with id {wanted} cannot be found.")
    return key


def _shown(key: Any) -> Result:
    return {
        "UserName": key.user_name,
        "AccessKeyId": key.access_key_id,
        "Status": key.status,
        "CreateDate": key.create_date,
    }
