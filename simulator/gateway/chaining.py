"""What a role session needs to take a further role, beyond what the call itself says.

Transitive tags and the source identity go on into the next session, and that must be allowed as if
they were passed anew. Sources: "Pass session tags in AWS STS", "Monitor and control actions taken
with assumed roles" (IAM User Guide) and "Access AWS Resources using EKS Pod Identity Target IAM
Roles" (Amazon EKS User Guide), whose sessions have transitive tags.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.gateway.call import Call
from simulator.iam.actions import Needed


def inherited(call: Call, wanted: tuple[Needed, ...]) -> tuple[Needed, ...]:
    """sts:TagSession and sts:SetSourceIdentity, where the caller's session passes these on."""
    session = call.caller.session
    if session is None or (call.service, call.operation) != ("sts", "AssumeRole"):
        return ()
    asked, actions = wanted[0], {need.action for need in wanted}
    more = []
    if session.transitive_tag_keys and "sts:TagSession" not in actions:
        more.append(replace(asked, action="sts:TagSession"))
    if session.source_identity and "sts:SetSourceIdentity" not in actions:
        keys = {**asked.context, "sts:SourceIdentity": session.source_identity}
        more.append(replace(asked, action="sts:SetSourceIdentity", context=keys))
    return tuple(more)
