"""This process and its children reach the simulator, and nothing real.

Three walls:

1. Every botocore request to another host is refused before it is sent, whatever endpoint,
   profile or proxy its client was made with, and whenever.
2. Every connection of this process to another machine is refused, whatever library asks, and so
   is every question to a name server: see audit.py.
3. Programs started from here (the AWS CLI) get the simulator's endpoint and the learner's
   credentials, no config files, and for all other hosts a proxy that is the simulator itself:
   see proxy.py. One that is given an environment without all this is not started.

A library that opens its sockets in C (libcurl, a C++ SDK) is past the second wall, and stands
before the third: it reads the same variables.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from simulator.notebook import audit, reach
from simulator.notebook.proxy import ALIAS, is_alias

_REASON = "only-the-simulated-account-can-be-reached-from-here"
"""Path of the proxy's URL: many programs say no more of a refusal than which proxy it came from."""


def environment(endpoint: str, region: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """The variables that send boto3 and the AWS CLI to the simulator."""
    local = ",".join(dict.fromkeys([*reach.LOCAL, str(urlsplit(endpoint).hostname)]))
    return {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_S3_CONTROL": f"http://{ALIAS}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_PAGER": "",
        **{
            name: f"{endpoint}/{_REASON}"
            for kind in ("http", "https", "all")
            for name in _spellings(f"{kind}_proxy")
        },
        **dict.fromkeys(_spellings("no_proxy"), local),
    }


def protect(endpoint: str, region: str, credentials: Mapping[str, str], *also: str) -> str:
    """Set this process up for the simulator at `endpoint`, and return how it is reached.

    Clients made from now on are the learner's of this call; simulators of earlier calls stay
    within reach. `also` are further addresses that must be: the control API's.
    """
    reached = _by_address(endpoint)
    reach.endpoints.add(urlsplit(reached).netloc)
    reach.hosts.update(str(urlsplit(each).hostname) for each in (endpoint, reached, *also))
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(environment(reached, region, credentials))
    _find_commands()
    _build_walls()
    return reached


def _find_commands() -> None:
    """`!aws` is installed beside this Python, which an editor may start without its environment."""
    beside = os.path.dirname(sys.executable)
    path = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if beside not in path:
        os.environ["PATH"] = os.pathsep.join([*path, beside])


def _build_walls() -> None:
    import boto3
    import boto3.s3.transfer
    from botocore.httpsession import URLLib3Session

    boto3.DEFAULT_SESSION = None  # it may hold the machine's own credentials
    boto3.s3.transfer.HAS_CRT = False  # sends by sockets of its own, past both walls
    if getattr(URLLib3Session.send, "is_wall", False):
        return
    send = URLLib3Session.send

    def guarded(self: Any, request: Any) -> Any:
        url, proxy = urlsplit(request.url), self._proxy_config.proxy_url_for(request.url)
        if url.netloc not in reach.endpoints and not is_alias(url.hostname):
            raise reach.refusal(f"{request.method} to {url.netloc}")
        if proxy and urlsplit(proxy).netloc not in reach.endpoints:
            raise reach.refusal(f"{request.method} through the proxy {proxy}")
        return send(self, request)

    guarded.is_wall = True  # type: ignore[attr-defined]
    URLLib3Session.send = guarded
    sys.addaudithook(audit.hook)


def _by_address(endpoint: str) -> str:
    """The endpoint by number: for a host by name botocore would put the bucket before it."""
    url = urlsplit(endpoint)
    try:
        address = socket.gethostbyname(url.hostname or "")
    except OSError:
        return endpoint
    return url._replace(netloc=f"{address}:{url.port}" if url.port else address).geturl()


def _spellings(name: str) -> tuple[str, str]:
    return name, name.upper()
