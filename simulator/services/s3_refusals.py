"""S3's refusals of ACLs and public policies.

Sources: "Troubleshooting" of Object Ownership, "Troubleshoot access denied (403 Forbidden) errors
in Amazon S3" (Amazon S3 User Guide).
"""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError

_WHAT = {
    "BlockPublicAcls": "public access control lists (ACLs)",
    "BlockPublicPolicy": "public policies",
}


def acl_not_supported() -> AwsError:
    """A bucket with ACLs disabled is asked to set one."""
    return AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs")


def acl_with_ownership() -> AwsError:
    """ACLs can't be disabled on a bucket whose own ACL grants something to others."""
    return AwsError(
        "InvalidBucketAclWithObjectOwnership",
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    )


def blocked(call: Call, action: str, resource: str, setting: str) -> AwsError:
    """Block Public Access refuses. The details are for the account's own principals."""
    assert call.account is not None
    text = "Access Denied"
    if call.caller.account_id == call.account.id:
        text = (
            f'User: {call.caller.arn} is not authorized to perform: {action} on resource: "{resource}" '
            f"because {_WHAT[setting]} are prevented by the {setting} setting in S3 Block Public Access"
        )
    return AwsError("AccessDenied", text, 403)
