"""What the operations of AWS Network Firewall share: state, tokens, look-ups and errors."""

from __future__ import annotations

import random
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.network.firewall_state import ATTRIBUTE, Item, Kept


def backend_of(call: Call) -> Any:
    """The backend's state of Network Firewall."""
    from moto.networkfirewall.models import networkfirewall_backends

    assert call.account is not None
    return networkfirewall_backends[call.account.id][call.region]


def kept_of(call: Call) -> Kept:
    """What the account keeps in the call's Region."""
    kept: Kept = vars(backend_of(call)).setdefault(ATTRIBUTE, Kept())
    return kept


def drawn(call: Call, what: str, bits: int = 128) -> str:
    """Hexadecimal digits that nothing else in this account got."""
    assert call.account is not None
    kept = kept_of(call)
    kept.made += 1
    place = f"{call.account.world.seed}/{call.account.id}/{call.region}/{kept.made}"
    return f"{random.Random(f'network-firewall/{what}/{place}').getrandbits(bits):0{bits // 4}x}"


def unique(call: Call, what: str) -> str:
    """An id or token in the form of a UUID."""
    digits = drawn(call, what)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def arn(call: Call, kind: str, name: str) -> str:
    """The ARN of something of the account."""
    assert call.account is not None
    return f"arn:aws:network-firewall:{call.region}:{call.account.id}:{kind}/{name}"


def found(call: Call, kept: dict[str, Item], noun: str, kind: str) -> Item:
    """What the call names by ARN or by name. `noun` is the parameters' prefix.

    Raises:
        AwsError: ResourceNotFoundException; InvalidRequestException for neither ARN nor name.
    """
    given, name = call.params.get(f"{noun}Arn"), call.params.get(f"{noun}Name")
    if not given and not name:
        raise invalid(f"Either the {noun} name or the {noun} ARN must be provided")
    item = kept.get(str(given or arn(call, kind, str(name))))
    if item is None or (given and name and item["told"][f"{noun}Name"] != name):
        raise missing()
    return item


def tags_of(call: Call, name: str) -> list[dict[str, str]]:
    """The tags of what has that ARN."""
    listed: list[dict[str, str]] = backend_of(call).tagger.list_tags_for_resource(name)["Tags"]
    return listed


def check_token(call: Call, item: Item) -> None:
    """A token that is given must be the latest one.

    Raises:
        AwsError: InvalidTokenException.
    """
    if call.params.get("UpdateToken") not in {None, item["token"]}:
        raise AwsError("InvalidTokenException", "Update token is invalid")


def check_new(call: Call, kept: dict[str, Item], name: str) -> None:
    """A name can be used once.

    Raises:
        AwsError: InvalidRequestException.
    """
    if name in kept:
        short = name.rpartition("/")[2]
        raise invalid("A resource with the specified name already exists", short)


def not_simulated(call: Call, *names: str) -> None:
    """Parameters that ask for what isn't simulated are refused.

    Raises:
        AwsError: UnsupportedOperationException.
    """
    for name in names:
        if call.params.get(name):
            raise AwsError("UnsupportedOperationException", f"{name} is not simulated.")


def invalid(text: str, parameter: object = None, context: str = "") -> AwsError:
    """The request is wrong, and which of its parameters."""
    if parameter is not None:
        text = f"{text}, parameter: [{parameter}]"
    return AwsError("InvalidRequestException", f"{text}, context: {context}" if context else text)


def missing() -> AwsError:
    """There is no such resource."""
    text = "No object with the provided name or resource identifier was found"
    return AwsError("ResourceNotFoundException", text)


def in_use(name: str) -> AwsError:
    """Something else refers to it."""
    text = f"Unable to delete the object because it is still in use. Object: {name}"
    return AwsError("InvalidOperationException", text)


def revised(call: Call, item: Item, document: Item, told: Item) -> Item:
    """A rule group or policy as an update leaves it; a dry run only says how that would be."""
    told["LastModifiedTime"] = call.time
    for name in ("Description", "EncryptionConfiguration"):
        if call.params.get(name) is not None:
            told[name] = call.params[name]
    changed = {"document": document, "told": told, "token": unique(call, "token")}
    if not call.params.get("DryRun"):
        item.update(changed)
    return changed
