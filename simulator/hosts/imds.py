"""The instance metadata service: what answers at 169.254.169.254 on an instance.

Sources: "Use the Instance Metadata Service to access instance metadata", "Configure the Instance
Metadata Service options" (Amazon EC2 User Guide).
"""

from __future__ import annotations

import base64
import random
from datetime import timedelta

from simulator.hosts import metadata
from simulator.hosts.machine import Machine
from simulator.network.message import Reply, WebRequest

IPV4, IPV6 = "169.254.169.254", "fd00:ec2::254"
TOKEN, TTL = "X-aws-ec2-metadata-token", "X-aws-ec2-metadata-token-ttl-seconds"
_TOKEN_PATH = "/latest/api/token"
_LONGEST = 21600
_VERSIONS = frozenset({"1.0", "2007-10-10", "2012-01-12", "2016-09-02", "2019-10-01", "2021-07-15"})
_REASONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Not Allowed",
    501: "Not Implemented",
}
_SIGNED = frozenset({"signature", "pkcs7", "rsa2048"})


def listens(machine: Machine, host: str) -> bool:
    """Whether a host name is the metadata service's address on this instance."""
    six = machine.instance.metadata_options.http_protocol_ipv6 == "enabled"
    return host == IPV4 or (host == IPV6 and six)


def answer(machine: Machine, request: WebRequest, hops: int = 0) -> Reply | None:
    """What a process `hops` network hops away from the host is answered.

    None: no answer gets there. The answer to a PUT travels no further than the hop limit.
    """
    options = machine.instance.metadata_options
    if options.http_endpoint == "disabled":
        return _error(403)
    if request.method == "PUT":
        reply = _token(machine, request)
        return reply if hops < options.http_put_response_hop_limit else None
    if request.method not in {"GET", "HEAD"}:
        return _error(405)
    given = request.header(TOKEN)
    if given is None and options.http_tokens == "required":
        return _error(401)
    if given is not None and not _valid(machine, given):
        return _error(401)
    return _read(machine, request, "1.0" if given is None else "2.0")


def _token(machine: Machine, request: WebRequest) -> Reply:
    """A PUT that came through a proxy is refused, for then it may not come from this host."""
    if request.header("X-Forwarded-For") is not None:
        return _error(403)
    if request.path != _TOKEN_PATH:
        return _error(405 if request.path.startswith("/latest/") else 404)
    seconds = request.header(TTL) or ""
    if not seconds.isascii() or not seconds.isdigit() or not 1 <= int(seconds) <= _LONGEST:
        return _error(400)
    kept, world = machine.account.hosts, machine.account.world
    number = kept.draw(f"token/{machine.id}")
    chance = random.Random(f"imds/{world.seed}/{machine.id}/{number}")
    token = base64.urlsafe_b64encode(b"\x01\x00\x04" + chance.randbytes(39)).decode()
    now = world.clock.now()
    for old in [old for old, (_, until) in kept.tokens.items() if until <= now]:
        del kept.tokens[old]
    kept.tokens[token] = (machine.id, now + timedelta(seconds=int(seconds)))
    return Reply(token, 200, {"Content-Type": "text/plain", TTL: seconds})


def _valid(machine: Machine, token: str) -> bool:
    """A token is good on the instance that it was made for, until its time is over."""
    owner, until = machine.account.hosts.tokens.get(token, ("", None))
    return owner == machine.id and until is not None and machine.account.world.clock.now() < until


def _read(machine: Machine, request: WebRequest, delivery: str) -> Reply:
    names = [name for name in request.path.split("/") if name]
    if not names:
        return _text("\n".join([*sorted(_VERSIONS), "latest"]))
    if names[0] != "latest" and names[0] not in _VERSIONS:
        return _error(404)
    if names[1:3] == ["dynamic", "instance-identity"] and names[-1] in _SIGNED:
        return _error(501, "It is not simulated in this training account.")
    found: metadata.Leaf | metadata.Tree = metadata.tree(machine, delivery)
    for name in names[1:]:
        if not isinstance(found, dict) or name not in found:
            return _error(404)
        found = found[name]
    if isinstance(found, dict):
        return _text("\n".join(_listed(found)))
    return _text(found if isinstance(found, str) else found())  # type: ignore[operator]


def _listed(tree: metadata.Tree) -> list[str]:
    """A directory's names; of public keys, only those that tell the key's name."""
    keys = any("=" in name for name in tree)
    return [
        f"{name}/" if isinstance(child, dict) else name
        for name, child in sorted(tree.items())
        if not keys or "=" in name or isinstance(child, str)
    ]


def _text(body: str) -> Reply:
    return Reply(body, 200, {"Content-Type": "text/plain", "Server": "EC2ws"})


def _error(status: int, more: str = "") -> Reply:
    title = f"{status} - {_REASONS[status]}"
    body = (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n'
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"\n'
        '\t"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">\n'
        f" <head>\n  <title>{title}</title>\n </head>\n"
        f" <body>\n  <h1>{title}</h1>\n{more} </body>\n</html>\n"
    )
    return Reply(body, status, {"Content-Type": "text/html", "Server": "EC2ws"})
