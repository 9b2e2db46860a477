"""Identity and Access Management: what moto holds otherwise than AWS does."""

from __future__ import annotations

from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation


@operation
def create_user(call: Call, backend: Backend) -> Result:
    """moto's user ids lack AWS's form ("IAM identifiers": AIDA…)."""
    answer = backend()
    return _named(call, answer, "User", "AIDA", "users")


@operation
def create_group(call: Call, backend: Backend) -> Result:
    """As with users: AGPA…"""
    answer = backend()
    return _named(call, answer, "Group", "AGPA", "groups")


def _named(call: Call, answer: Result, kind: str, prefix: str, table: str) -> Result:
    from moto.iam.utils import generate_access_key_id_from_account_id

    assert call.account is not None
    holder = getattr(iam_state(call.account.id), table)[answer[kind][f"{kind}Name"]]
    holder.id = generate_access_key_id_from_account_id(call.account.id, prefix, total_length=21)
    answer[kind][f"{kind}Id"] = holder.id
    return answer
