"""Amazon EC2 takes an instance's role: the record that CloudTrail has of it.

AWS renews an instance's credentials by itself; here they are renewed when somebody asks for them,
and the record is of that time. Source: "Logging IAM and AWS STS API calls with AWS CloudTrail".
"""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import service_caller
from simulator.gateway.record import record, request_id
from simulator.hosts.machine import Machine
from simulator.hosts.state import Issued

_EC2 = "ec2.amazonaws.com"


def note(machine: Machine, role: Any, issued: Issued) -> None:
    """Write down that the credentials were made."""
    account = machine.account
    user = {
        "AssumedRoleId": f"{role.id}:{machine.id}",
        "Arn": f"arn:aws:sts::{account.id}:assumed-role/{role.name}/{machine.id}",
    }
    call = Call(
        service="sts",
        event_source="sts.amazonaws.com",
        operation="AssumeRole",
        params={"RoleArn": role.arn, "RoleSessionName": machine.id},
        region=machine.region,
        headers={},
        host=f"sts.{machine.region}.amazonaws.com",
        source_ip=_EC2,
        user_agent=_EC2,
        request_id=request_id(account, "sts"),
        event_id="",
        time=issued.since,
        tls=True,
        caller=service_caller(_EC2),
        account=account,
        outcome=Outcome(
            Response(), result={"Credentials": dict(issued.keys), "AssumedRoleUser": user}
        ),
    )
    record(call, account.world.accounts)
