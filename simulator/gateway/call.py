"""One API call on its way through the gateway, as every middleware sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.gateway.caller import ANONYMOUS, Caller

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from simulator.account.account import Account
    from simulator.account.verdicts import Asked
    from simulator.gateway.endpoint import Endpoint
    from simulator.gateway.sigv4 import Signature
    from simulator.iam.decision import Decision


@dataclass(slots=True)
class Call:
    """One API call. Filled from left to right by parse, identify, authorize, dispatch.

    Times are timezone-aware UTC on the account's clock. `params` has the shape that boto3
    takes for the operation (botocore member names, blobs as bytes, streaming bodies left out).
    """

    service: str
    """botocore's service name: "s3", "iam", "elbv2"."""
    event_source: str
    """CloudTrail's name of the service: "s3.amazonaws.com"."""
    operation: str
    """botocore's operation name: "ListObjectsV2"."""
    params: dict[str, Any]
    region: str
    headers: Mapping[str, str]
    host: str
    source_ip: str
    user_agent: str
    request_id: str
    event_id: str
    """Of the record in the account that it is written for."""
    time: datetime
    numbered: bool = False
    """`request_id` is the account's; before, it is one that nobody will see again."""
    request_line: str = ""
    """Method and path as they were sent: "GET /bucket/key?acl"."""
    shared_event_id: str | None = None
    """What the records of this call in several accounts have in common."""
    tls: bool = False
    """The client marked its request as sent over TLS (a scenario's own clients may not)."""
    invoked_by: str | None = None
    """The AWS service that makes this call for somebody: "cloudformation.amazonaws.com"."""
    caller: Caller = ANONYMOUS
    account: Account | None = None
    """The account called into: the caller's own, or the resource owner's."""
    vpc_endpoints: tuple[str, ...] = ()
    """Ids of the VPC endpoints at hand, from the Origin."""
    private_ip: str | None = None
    endpoint: Endpoint | None = None
    """The VPC endpoint that the call came through; None for one over the internet."""
    signature: Signature | None = None
    """What the client claims; None for an unsigned request."""
    signature_version: str | None = None
    """"SigV4" or, for a presigned S3 URL, "SigV2"; None for an unsigned request."""
    authentication_method: str | None = None
    """"AuthHeader" or "QueryString" (a presigned URL); None for an unsigned request."""
    decision: Decision | None = None
    asked: list[Asked] = field(default_factory=list)
    """Every need that was decided, in turn."""
    outcome: Outcome | None = None
    hidden: list[Call] = field(default_factory=list)
    """The calls to KMS that the service made with the caller's rights to serve this one."""
    notes: dict[str, Any] = field(default_factory=dict)
    """Extra facts that a service leaves for the record: goes to additionalEventData."""

    def enter(self, account: Account) -> None:
        """Call into `account`: its clock says when."""
        self.account, self.time = account, account.world.clock.now()


@dataclass(slots=True)
class Outcome:
    """What the caller gets back.

    `result` is the parsed response in boto3's shape (without ResponseMetadata) where a
    successful call has one; None for a refused or failed call.
    """

    response: Response
    error_code: str | None = None
    error_message: str | None = None
    result: dict[str, Any] | None = None
