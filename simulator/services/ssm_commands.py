"""Run Command: shell scripts that the agent runs on managed nodes, with their true output.

A command is over as soon as it was sent; what SendCommand answers says Pending, as on AWS. Only
AWS-RunShellScript is run. Sources: "SendCommand", "GetCommandInvocation", "ListCommands",
"ListCommandInvocations" (AWS Systems Manager API Reference), "Understanding command statuses".
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from simulator.account.chance import drawn_uuid
from simulator.account.managed_nodes import managed_nodes
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.hosts.asked import Completed
from simulator.hosts.machine import Machine
from simulator.hosts.shell import Shell
from simulator.services import Backend, Result, operation, ssm_answers

_SHELL = "AWS-RunShellScript"


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was sent, and what came of it on each node."""

    region: str
    described: dict[str, Any]
    runs: dict[str, tuple[Completed, str]]
    """By node: the outcome, and the node's name tag."""


@operation
def send_command(call: Call, backend: Backend) -> Result:
    """Run a script on nodes that are named, or chosen by tag.

    Raises:
        AwsError: InvalidInstanceId, InvalidDocument, InvalidParameters, DuplicateInstanceId, or
            the document is not simulated.
    """
    assert call.account is not None
    kept = call.account.hosts
    _check_document(call)
    script = "\n".join(call.params.get("Parameters", {}).get("commands", ()))
    if not script.strip():
        raise AwsError("InvalidParameters", 'Parameter "commands" requires a value.')
    nodes = _chosen(call)
    chance = random.Random(
        f"command/{call.account.world.seed}/{call.account.id}/{len(kept.commands)}"
    )
    command_id = drawn_uuid(chance)
    described = ssm_answers.sent(call, command_id)
    runs = {node.id: (_run(node, script, command_id), _name(node)) for node in nodes}
    kept.commands[command_id] = Command(call.region, described, runs)
    return {"Command": {**described, "TargetCount": len(described["InstanceIds"])}}


@operation
def get_command_invocation(call: Call, backend: Backend) -> Result:
    """What a command printed on one node, each output's first 24,000 and 8,000 characters."""
    command = _command(call, call.params["CommandId"])
    name = call.params["InstanceId"]
    plugin = call.params.get("PluginName", ssm_answers.PLUGIN)
    if name not in command.runs:
        raise AwsError("InvocationDoesNotExist", "")
    if plugin != ssm_answers.PLUGIN:
        raise AwsError("InvalidPluginName", "")
    return ssm_answers.invocation(command.described, name, command.runs[name][0])


@operation
def list_commands(call: Call, backend: Backend) -> Result:
    """The commands that were sent, the last one first."""
    found = [
        ssm_answers.listed(one.described, [run for run, _ in one.runs.values()])
        for one in _found(call)
    ]
    return {"Commands": found}


@operation
def list_command_invocations(call: Call, backend: Backend) -> Result:
    """What came of commands on each node, the last one first; with the output as details."""
    wanted, details = call.params.get("InstanceId"), bool(call.params.get("Details"))
    found = [
        ssm_answers.summary(command.described, node, name, run, details)
        for command in _found(call)
        for node, (run, name) in command.runs.items()
        if wanted in {None, node}
    ]
    return {"CommandInvocations": found}


@operation
def cancel_command(call: Call, backend: Backend) -> Result:
    """Nothing is left to be cancelled: a command is over as soon as it was sent."""
    _command(call, call.params["CommandId"])
    return {}


def _check_document(call: Call) -> None:
    name = str(call.params["DocumentName"]).rpartition("/")[2]
    if name == _SHELL:
        return
    assert call.account is not None
    from moto.ssm.models import ssm_backends

    known = ssm_backends[call.account.id][call.region]._documents
    if name.startswith("AWS") or name in known:
        raise AwsError.not_simulated("ssm", f"SendCommand of {name}")
    raise AwsError("InvalidDocument", f"Document with name {name} does not exist.")


def _chosen(call: Call) -> list[Machine]:
    assert call.account is not None
    account, params = call.account, call.params
    nodes = {one.id: Machine(account, one) for one in managed_nodes(account, call.region)}
    named = list(params.get("InstanceIds") or ())
    if len(set(named)) < len(named):
        raise AwsError("DuplicateInstanceId", "")
    targets = params.get("Targets") or ()
    named += [v for t in targets if t["Key"].lower() == "instanceids" for v in t["Values"]]
    missing = [name for name in named if name not in nodes]
    if missing:
        said = f"Instances [[{', '.join(missing)}]] not in a valid state for account {account.id}"
        raise AwsError("InvalidInstanceId", said)
    tags = [(t["Key"], t["Values"]) for t in targets if t["Key"].startswith("tag:")]
    if tags:
        named += [
            node.id
            for node in nodes.values()
            if all(_tags(node).get(key.removeprefix("tag:")) in values for key, values in tags)
        ]
    return [nodes[name] for name in dict.fromkeys(named)]


def _run(node: Machine, script: str, command_id: str) -> Completed:
    """As the agent runs it: as root, from a file whose path the shell's own messages show."""
    place = f"/var/lib/amazon/ssm/{node.id}/document/orchestration/{command_id}/awsrunShellScript"
    done = Shell(node, script=f"{place}/0.awsrunShellScript/_script.sh").run(script)
    failed = f"failed to run commands: exit status {done.code}" if done.code else ""
    return Completed(done.out[:24000], (done.err + failed)[:8000], done.code)


def _tags(node: Machine) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in node.instance.get_tags()}


def _name(node: Machine) -> str:
    return _tags(node).get("Name", "")


def _command(call: Call, command_id: str) -> Command:
    assert call.account is not None
    found: Command | None = call.account.hosts.commands.get(command_id)
    if found is None or found.region != call.region:
        raise AwsError("InvalidCommandId", "")
    return found


def _found(call: Call) -> list[Command]:
    """The commands of this Region that a list asks for."""
    assert call.account is not None
    if call.params.get("CommandId"):
        return [_command(call, call.params["CommandId"])]
    if call.params.get("Filters"):
        raise AwsError.not_simulated("ssm", f"{call.operation} with filters")
    wanted = call.params.get("InstanceId")
    known: list[Command] = list(call.account.hosts.commands.values())
    return [
        one
        for one in reversed(known)
        if one.region == call.region and (wanted is None or wanted in one.runs)
    ]
