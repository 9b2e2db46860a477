"""A digest file: its key, its text, and what is signed of it.

Sources: "CloudTrail digest file structure" and "Custom implementations of CloudTrail log file
integrity validation" (CloudTrail User Guide).
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from simulator.telemetry.cloudtrail.times import instant
from simulator.telemetry.digest import PERIOD, Chain, Link

ALGORITHM: Final = "SHA256withRSA"
_HASH: Final = "SHA-256"


def key(folder: str, account_id: str, region: str, trail_arn: str, end: datetime) -> str:
    """The object key. `folder` ends with the account's id; the trail's ARN has its home region."""
    home, name = trail_arn.split(":")[3], trail_arn.rpartition("/")[2]
    return (
        f"{folder}/CloudTrail-Digest/{region}/{end:%Y/%m/%d}/"
        f"{account_id}_CloudTrail-Digest_{region}_{name}_{home}_{end:%Y%m%dT%H%M%SZ}.json.gz"
    )


def text(account_id: str, bucket: str, object_key: str, fingerprint: str, chain: Chain) -> str:
    """The uncompressed contents of the chain's next digest."""
    files, before = chain.covered(), chain.previous
    digest: dict[str, Any] = {
        "awsAccountId": account_id,
        "digestStartTime": instant(chain.end - PERIOD),
        "digestEndTime": instant(chain.end),
        "digestS3Bucket": bucket,
        "digestS3Object": object_key,
        "digestPublicKeyFingerprint": fingerprint,
        "digestSignatureAlgorithm": ALGORITHM,
        "newestEventTime": max((file.newest for file in files), default=None),
        "oldestEventTime": min((file.oldest for file in files), default=None),
        "previousDigestS3Bucket": before and before.bucket,
        "previousDigestS3Object": before and before.key,
        "previousDigestHashValue": before and before.sha256,
        "previousDigestHashAlgorithm": before and _HASH,
        "previousDigestSignature": before and before.signature,
        "logFiles": [
            {
                "s3Bucket": file.bucket,
                "s3Object": file.key,
                "hashValue": file.sha256,
                "hashAlgorithm": _HASH,
                "newestEventTime": file.newest,
                "oldestEventTime": file.oldest,
            }
            for file in files
        ],
    }
    return json.dumps(digest, separators=(",", ":"))


def sha256(content: str) -> str:
    """In hexadecimal, as digests have it."""
    return hashlib.sha256(content.encode()).hexdigest()


def to_sign(end: datetime, bucket: str, object_key: str, hashed: str, before: Link | None) -> str:
    """The data signing string."""
    previous = before.signature if before else "null"
    return f"{instant(end)}\n{bucket}/{object_key}\n{hashed}\n{previous}"
