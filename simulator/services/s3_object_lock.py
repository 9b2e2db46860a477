"""Object Lock of a bucket that holds objects already: those that come later get its retention.

Source: "Configuring S3 Object Lock" (Amazon S3 User Guide), "Enable Object Lock on an existing S3
bucket"; "PutObjectLockConfiguration" (Amazon S3 API Reference).
"""

from __future__ import annotations

from simulator.account import s3_bucket
from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation


@operation
def put_object_lock_configuration(call: Call, backend: Backend) -> Result:
    """As the backend does it to an empty bucket: it refuses any other, and S3 doesn't.

    Raises:
        AwsError: InvalidBucketState, unless versioning is enabled.
    """
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    if bucket is None:
        return backend()
    objects = bucket.keys
    bucket.keys = type(objects)()
    try:
        return backend()
    finally:
        bucket.keys = objects
