"""How severe findings are. Source: "Severity scoring for Macie findings" (Amazon Macie User Guide)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

SCORES: Final = {"L": 1, "M": 2, "H": 3}
NAMES: Final = {1: "Low", 2: "Medium", 3: "High"}
POLICY: Final = {
    "Policy:IAMUser/S3BlockPublicAccessDisabled": 3,
    "Policy:IAMUser/S3BucketEncryptionDisabled": 1,
    "Policy:IAMUser/S3BucketPublic": 3,
    "Policy:IAMUser/S3BucketReplicatedExternally": 3,
    "Policy:IAMUser/S3BucketSharedExternally": 3,
    "Policy:IAMUser/S3BucketSharedWithCloudFront": 2,
}


def managed(scale: str, count: int) -> int:
    """Of a managed data identifier: at 1, at 2 to 99, at 100 or more occurrences."""
    return SCORES[scale[0 if count == 1 else 1 if count < 100 else 2]]


def custom(levels: Mapping[str, int], count: int) -> int:
    """Of a custom data identifier: the highest whose threshold is reached; 0: no finding.

    Without levels it is Medium.
    """
    if not levels:
        return 2
    reached: Iterable[int] = (
        SCORES[name[0]] for name, threshold in levels.items() if count >= threshold
    )
    return max(reached, default=0)


def told(score: int) -> dict[str, object]:
    """As findings tell it."""
    return {"score": score, "description": NAMES[score]}
