"""Versions of launch templates.

Source: "CreateLaunchTemplateVersion" (Amazon EC2 API Reference): a new version has the parameters
of its source version, except for those that the call gives.
"""

from __future__ import annotations

from typing import Any

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation


@operation
def create_launch_template_version(call: Call, backend: Backend) -> Result:
    """A version of a source version's parameters and the call's own."""
    from moto.core.types import Base64EncodedString

    answer = backend()
    made = answer.get("LaunchTemplateVersion")
    if not made:
        return answer
    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    template = state.launch_templates[made["LaunchTemplateId"]]
    version = template.get_version(made["VersionNumber"])
    if isinstance(version.data.get("UserData"), str):
        version.data["UserData"] = Base64EncodedString(version.data["UserData"])
    source = call.params.get("SourceVersion")
    if source:
        inherited = dict(template.get_version(source).data)
        version.data = {**inherited, **version.data}
        made["LaunchTemplateData"] = {**_plain(inherited), **made["LaunchTemplateData"]}
    return answer


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """As an answer tells it; a template without user data has None for it."""
    kept = {name: value for name, value in data.items() if value is not None}
    return {**kept, **({"UserData": str(kept["UserData"])} if "UserData" in kept else {})}
