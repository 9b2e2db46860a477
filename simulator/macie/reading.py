"""What Macie reads of S3, with the session of its service-linked role.

Bucket policies and keys decide as for anybody: an object under a customer managed key takes the key's
permission for AWSServiceRoleForAmazonMacie. Sources: "Service-linked roles for Macie", "Allowing Macie
to access S3 buckets and objects", "Analyzing encrypted S3 objects" (Amazon Macie User Guide).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.account.account import Account

if TYPE_CHECKING:
    from simulator.gateway.caller import Caller

PRINCIPAL: Final = "macie.amazonaws.com"
ROLE: Final = "AWSServiceRoleForAmazonMacie"


@dataclass(frozen=True, slots=True)
class Reader:
    """Macie at work for one resource of its own, such as a job."""

    account: Account
    region: str
    arn: str
    session: Caller

    def may_list(self, bucket: str) -> bool:
        """Whether the role may list a bucket: s3:ListBucket, asked and not made."""
        from simulator.gateway.service_call import refusal

        return refusal(self._call("ListObjectsV2", {"Bucket": bucket}), self.account) is None

    def read(self, bucket: str, key: str) -> bytes | None:
        """An object's present version; None if it is refused."""
        from simulator.gateway.service_call import perform

        outcome = perform(self._call("GetObject", {"Bucket": bucket, "Key": key}), self.account)
        return None if outcome.error_code is not None else outcome.response.get_data()

    def _call(self, operation: str, params: dict[str, Any]) -> Any:
        from simulator.gateway.service_call import ServiceCall

        return ServiceCall(
            PRINCIPAL, self.arn, operation, params, self.region, session=self.session
        )


def role_arn(account: Account) -> str:
    """Its service-linked role."""
    return f"arn:aws:iam::{account.id}:role/aws-service-role/{PRINCIPAL}/{ROLE}"


def reader(account: Account, region: str, arn: str) -> Reader | None:
    """Macie's session; None if its role is gone."""
    from simulator.gateway.errors import AwsError
    from simulator.gateway.service_role import assume

    try:
        session = assume(account, PRINCIPAL, arn, role_arn(account), "ClassificationJob", region)
    except AwsError:
        return None
    return Reader(account, region, arn, session)
