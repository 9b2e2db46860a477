"""What a rule says of one resource."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`resource_type` is AWS Config's ("AWS::S3::Bucket"), `said` a sentence on why."""

    resource_type: str
    resource_id: str
    resource_arn: str
    compliant: bool
    said: str = ""
