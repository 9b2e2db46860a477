"""Amazon ECR.

Source: "Actions, resources, and condition keys for Amazon Elastic Container Registry" (Service
Authorization Reference): a repository's ARN names the account of its registry, which a call may
give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Request
from simulator.iam.actions.resources import Builder


def repository(call: Request, name: str) -> str:
    """ARN of a repository by its name, in the registry that the call names."""
    if name.startswith("arn:"):
        return name
    owner = call.params.get("registryId") or call.account_id
    return f"arn:aws:ecr:{call.region}:{owner}:repository/{name}"


BUILDERS: Mapping[str, Builder] = {"repository": repository}
OPERATIONS: Mapping[str, Any] = {}
