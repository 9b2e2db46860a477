"""Passing an instance profile's role to Amazon EC2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Needed, Request


def pass_profile(call: Request, profile: Mapping[str, Any] | None) -> tuple[Needed, ...]:
    """iam:PassRole on the role inside a profile {"Arn"} or {"Name"}.

    Where the role is not known, every role: fail closed.
    """
    name = (profile or {}).get("Arn") or (profile or {}).get("Name")
    if not name:
        return ()
    role = call.lookup.instance_profile_role(name) if call.lookup is not None else None
    arn = role or f"arn:aws:iam::{call.account_id}:role/*"
    return (call.need("iam:PassRole", arn, {"iam:PassedToService": "ec2.amazonaws.com"}),)
