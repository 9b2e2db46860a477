"""Calls of a console session: whose user agent is recorded, and what they are marked with.

The console of some services calls the API from AWS's side, the console of others from the
browser. Source: "CloudTrail record contents" (`sessionCredentialFromConsole`), real records.
"""

from __future__ import annotations

from typing import Final

from simulator.gateway.call import Call

_JAVA: Final = (
    "aws-internal/3 aws-sdk-java/1.12.750 Linux/5.10.226-192.879.amzn2int.x86_64 "
    "OpenJDK_64-Bit_Server_VM/25.412-b09 java/1.8.0_412 vendor/Oracle_Corporation "
    "cfg/retry-mode/standard"
)
_AGENTS: Final = {
    "ec2": f"EC2ConsoleFrontend, {_JAVA}",
    "iam": "AWS Internal",
    "kms": "AWS Internal",
    "s3": f"S3Console/0.4, {_JAVA}",
    "sts": f"AWS Signin, {_JAVA}",
}
"""By botocore's service name: the agent of a console that calls from AWS's side."""


def agent(call: Call) -> str | None:
    """The agent that called for a browser; None where the client itself did.

    Console credentials can be used with other tools, such as the AWS CLI in CloudShell.
    """
    session = call.caller.session
    if session is None or not session.console or not call.user_agent.startswith("Mozilla/"):
        return None
    return _AGENTS.get(call.service)


def is_marked(call: Call) -> bool:
    """Whether the record says that the credentials come from the console.

    That of the AssumeRole call behind a switched role does not.
    """
    session = call.caller.session
    if session is None or not session.console:
        return False
    switching = (call.service, call.operation) == ("sts", "AssumeRole")
    return not (switching and agent(call) is not None)
