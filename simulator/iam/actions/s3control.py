"""Amazon S3 Control.

Source: "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide), account
operations. Bucket operations of this API are those of S3 on Outposts: they stay unmapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OUTPOSTS = [
    "CreateBucket",
    "DeleteBucket",
    "DeleteBucketPolicy",
    "DeleteBucketReplication",
    "GetBucketPolicy",
    "GetBucketReplication",
    "GetBucketTagging",
    "GetBucketVersioning",
    "PutBucketPolicy",
    "PutBucketReplication",
    "PutBucketTagging",
    "PutBucketVersioning",
]

KINDS = {"tagged": ["arn:aws:s3:::{}", ["s3:BucketTag/"]]}
OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(OUTPOSTS),
    "DeleteMultiRegionAccessPoint": ["multiregionaccesspoint=Details.Name"],
    "DescribeMultiRegionAccessPointOperation": ["multiregionaccesspointrequestarn=RequestTokenARN"],
    "GetMultiRegionAccessPointRoutes": ["multiregionaccesspoint=Mrap"],
    "ListTagsForResource": ["tagged=ResourceArn"],
    "PutMultiRegionAccessPointPolicy": ["multiregionaccesspoint=Details.Name"],
    "SubmitMultiRegionAccessPointRoutes": ["multiregionaccesspoint=Mrap"],
    "TagResource": {"resources": ["tagged=ResourceArn"], "tags": "Tags"},
    "UntagResource": {"resources": ["tagged=ResourceArn"], "untags": "TagKeys[]"},
    "UpdateStorageLensGroup": ["storagelensgroup=Name"],
}
