"""Amazon EC2: the tags of a resource, and its ARN by another name.

What describes it is in `ec2_attributes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.account.lookups.arns import Arn


def ec2_tags(state: Any, arn: Arn) -> Any:
    """Tags of any resource; a key pair's ARN has its name in place of its id."""
    name = arn.name
    if arn.kind == "key-pair":
        name = getattr(state.key_pairs.get(name), "id", "")
    return state.tags.get(name)


def ec2_arn(state: Any, kind: str, name: str) -> str | None:
    """A resource by what calls give in place of its id.

    A security group by its name in the default VPC, a key pair by its id, a launch template by its
    name, an instance by the association of its instance profile.
    """
    found = _OTHER_NAMES[kind](state, name) if kind in _OTHER_NAMES else None
    owner = "" if kind in {"image", "snapshot"} else state.account_id
    return f"arn:aws:ec2:{state.region_name}:{owner}:{kind}/{found}" if found else None


def _group(state: Any, name: str) -> str | None:
    default = next((vpc.id for vpc in state.vpcs.values() if vpc.is_default), "")
    groups = state.groups.get(default, {}).values()
    return next((group.id for group in groups if group.name == name), None)


def _key_pair(state: Any, identifier: str) -> str | None:
    pairs = state.key_pairs.values()
    return next((pair.key_name for pair in pairs if pair.id == identifier), None)


def _template_id(state: Any, name: str) -> str | None:
    found: str | None = state.launch_template_name_to_ids.get(name)
    return found


def _associated(state: Any, association: str) -> str | None:
    held = state.iam_instance_profile_associations.values()
    return next((one.instance_id for one in held if one.association_id == association), None)


_OTHER_NAMES = {
    "instance": _associated,
    "key-pair": _key_pair,
    "launch-template": _template_id,
    "security-group": _group,
}


def template_data(state: Any, id_or_name: str, version: str) -> Mapping[str, Any] | None:
    """LaunchTemplateData of a version: a number, "$Default" or "$Latest"."""
    identifier = state.launch_template_name_to_ids.get(id_or_name, id_or_name)
    template = state.launch_templates.get(identifier)
    if template is None:
        return None
    number = {
        "$default": template.default_version_number,
        "$latest": template.latest_version_number,
    }.get(version.lower(), version)
    found = next((one for one in template.versions if str(one.number) == str(number)), None)
    return found.data if found is not None else None
