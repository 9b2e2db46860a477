"""A Lambda function as a target: invoked asynchronously, if its policy lets EventBridge.

Source: "AWS Lambda permissions" of "Using resource-based policies for Amazon EventBridge" (Amazon
EventBridge User Guide).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.account.state import state_of
from simulator.events.delivery import Delivery, Undelivered

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.caller import Caller

_EVENTS = "events.amazonaws.com"


def send(owner: Account, caller: Caller, delivery: Delivery) -> None:
    """Invoke the function; what becomes of it EventBridge isn't told.

    Raises:
        Undelivered: there is no such function.
        AwsError: the caller may not invoke it.
    """
    from simulator.gateway import service_role
    from simulator.gateway.errors import AwsError

    arn = str(delivery.target["Arn"])
    region, name = arn.split(":")[3], arn.split(":")[6]
    state = state_of("lambda", owner.id, region)
    if state is None or name not in state._lambdas._functions:
        raise Undelivered("NO_RESOURCE", f"Function not found: {arn}")
    asked = {"FunctionName": name}
    service_role.check(owner, caller, "lambda", "Invoke", asked, region)
    service_role.write_down(owner, caller, _EVENTS, "lambda", "Invoke", asked, region)
    runner = owner.world.functions
    if runner is None or runner.account is not owner or not runner.runs(name, region):
        return
    try:
        runner.run(name, region, json.loads(delivery.body))
    except AwsError:
        return
