"""The KMS key under which a trail's files are delivered.

Sources: "Encrypting CloudTrail log files, digest files, and event data stores with AWS KMS keys"
(CloudTrail User Guide), "CreateTrail" (CloudTrail API Reference).
"""

from __future__ import annotations

from simulator.account import kms_managed
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.telemetry.course import Course
from simulator.telemetry.upload import bucket_region


def key_arn(call: Call, name: str | None, bucket: str) -> str | None:
    """The ARN of the key by any of its names; None for the empty name: no key of one's own.

    Raises:
        AwsError: KmsKeyNotFoundException for a key that isn't there, or in another region than
            the bucket.
    """
    if not name:
        return None
    assert call.account is not None
    world = call.account.world
    given = name.split(":") if name.startswith("arn:") else []
    region = bucket_region(bucket, world) or call.region
    asking = world.accounts.get(given[4] if len(given) > 5 else call.account.id)
    key = kms_managed.find(name, asking, region) if asking is not None else None
    if key is None or key.region != region:
        raise AwsError("KmsKeyNotFoundException", f"KMS key {name} is not found in {region}.")
    return str(key.arn)


def refused(course: Course, error: AwsError) -> AwsError:
    """CloudTrail's words for what S3, or KMS behind it, said to a file under the trail's key."""
    if error.code.startswith("KMS."):
        return AwsError("KmsException", error.message)
    return AwsError(
        "InsufficientEncryptionPolicyException",
        f"Insufficient permissions to access S3 bucket {course.bucket} or KMS key "
        f"{course.kms_key}.",
    )
