"""The encrypted resource that a call is about, in the backend's state; None for one not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.gateway.call import Call


def secret(call: Call, name: str) -> Any:
    """The secret behind a name, an ARN or a partial ARN."""
    from moto.secretsmanager.models import secretsmanager_backends

    assert call.account is not None
    secrets = secretsmanager_backends[call.account.id][call.region].secrets
    for found in secrets.values():
        if name in (found.name, found.arn) or found.arn.startswith(f"{name}-"):
            return found
    return None


def parameter(call: Call, name: str) -> Any:
    """The newest version of a parameter, by its name or ARN."""
    from moto.ssm.models import ssm_backends

    assert call.account is not None
    backend = ssm_backends[call.account.id][call.region]
    name = name.rpartition(":parameter")[2] if name.startswith("arn:") else _bare(name)
    for written in (name, name.removeprefix("/")):
        versions = backend._parameters.get(written)
        if versions:
            return versions[-1]
    return None


def parameters(call: Call) -> Iterator[Any]:
    """The parameters that a reading call of Parameter Store is about."""
    params = call.params
    if "Path" in params:
        from moto.ssm.models import ssm_backends

        assert call.account is not None
        backend = ssm_backends[call.account.id][call.region]
        path = str(params["Path"]).rstrip("/") + "/"
        for name, versions in list(backend._parameters.items()):
            deeper = "/" in name.removeprefix(path)
            if name.startswith(path) and versions and (params.get("Recursive") or not deeper):
                yield versions[-1]
        return
    for name in params.get("Names") or [params.get("Name")]:
        found = parameter(call, str(name))
        if found is not None:
            yield found


def parameter_arn(call: Call, name: str) -> str:
    """ARN of a parameter by its name."""
    assert call.account is not None
    if name.startswith("arn:"):
        return name
    return f"arn:aws:ssm:{call.region}:{call.account.id}:parameter/{_bare(name).lstrip('/')}"


def _bare(name: str) -> str:
    """A parameter's name without the version or label that a reader may add."""
    return name.partition(":")[0]


def queue(call: Call) -> Any:
    """The queue of a call's QueueUrl."""
    from moto.sqs.models import sqs_backends

    url = str(call.params.get("QueueUrl", "")).rstrip("/")
    owner, _, name = url.rpartition("/")
    owner = owner.rpartition("/")[2]
    assert call.account is not None
    if owner not in call.account.world.accounts:
        owner = call.account.id
    return sqs_backends[owner][call.region].queues.get(name)


def topic(call: Call) -> Any:
    """The topic of a call's TopicArn."""
    from moto.sns.models import sns_backends

    assert call.account is not None
    arn = str(call.params.get("TopicArn") or call.params.get("TargetArn") or "")
    parts = arn.split(":")
    if len(parts) < 6 or parts[4] not in call.account.world.accounts:
        return None
    return sns_backends[parts[4]][call.region].topics.get(arn)


def volume(call: Call) -> Any:
    """The volume of a call's VolumeId."""
    from moto.ec2.models import ec2_backends

    assert call.account is not None
    return ec2_backends[call.account.id][call.region].volumes.get(str(call.params.get("VolumeId")))
