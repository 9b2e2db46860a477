"""Where a record here may differ from the real one, and why."""

from __future__ import annotations

from typing import Final

PATHS: Final = {
    "userIdentity.sessionContext.webIdFederationData": (
        "an empty object that services on event version 1.08 write; ours are 1.11, which leave it "
        "out unless there is a web identity"
    ),
    "responseElements.layers[].uncompressedCodeSize": "the API does not return it",
}
"""By path, in any record."""

INVERTED: Final = {
    "userIdentity.sessionContext.ec2RoleDelivery": "the anonymiser broke the instance id",
}
"""By path, where a record is only turned back into its call."""

_NO_ACTIONS: Final = "not simulated: neither moto nor our table of IAM actions has the service"

CALLS: Final = {
    ("bedrock", "CreateFoundationModelAgreement"): _NO_ACTIONS,
    ("bedrock", "GetFoundationModelAvailability"): _NO_ACTIONS,
    ("bedrock", "InvokeModel"): _NO_ACTIONS,
    ("bedrock", "ListFoundationModelAgreementOffers"): _NO_ACTIONS,
    ("bedrock", "PutFoundationModelEntitlement"): "the console's own call: no SDK has it",
    ("bedrock", "PutUseCaseForModelAccess"): _NO_ACTIONS,
    ("rolesanywhere", "CreateProfile"): _NO_ACTIONS,
    ("rolesanywhere", "CreateTrustAnchor"): _NO_ACTIONS,
    ("iam", "DeleteLoginProfile"): (
        "it was refused because the profile was just being created: here IAM is consistent at once"
    ),
}
"""By event source and event name: calls that cannot be made again."""
