"""This process and its children reach the simulator, and nothing real.

Two walls. In this process every botocore request to another host is refused before it is sent,
whatever endpoint, profile or proxy a client was made with. Programs started from here (the AWS
CLI) get the simulator's endpoint and the learner's credentials, no config files, and a proxy
for all other hosts that is the simulator, which refuses.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from simulator.errors import RealAwsRefused

_allowed: set[str] = set()
_LOCAL = "127.0.0.1,localhost,::1"


def environment(endpoint: str, region: str, credentials: Mapping[str, str]) -> dict[str, str]:
    """The variables that send boto3 and the AWS CLI to the simulator."""
    folder = Path(tempfile.gettempdir()) / "aws-security-drills-empty"
    folder.mkdir(exist_ok=True)
    host = urlsplit(endpoint).hostname or ""
    local = _LOCAL if host in _LOCAL.split(",") else f"{_LOCAL},{host}"
    return {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_PAGER": "",
        "HTTP_PROXY": endpoint,
        "HTTPS_PROXY": endpoint,
        "http_proxy": endpoint,
        "https_proxy": endpoint,
        "NO_PROXY": local,
        "no_proxy": local,
    }


def protect(endpoint: str, region: str, credentials: Mapping[str, str]) -> None:
    """Set this process up for the simulator at `endpoint`. The last call wins."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            del os.environ[name]
    os.environ.update(environment(endpoint, region, credentials))
    _allowed.clear()
    _allowed.add(urlsplit(endpoint).netloc)
    _wall()


def _wall() -> None:
    from botocore.httpsession import URLLib3Session

    if getattr(URLLib3Session.send, "is_wall", False):
        return
    send = URLLib3Session.send

    def guarded(self: Any, request: Any) -> Any:
        netloc = urlsplit(request.url).netloc
        if netloc not in _allowed:
            raise RealAwsRefused(
                f"Refused: {request.method} to {netloc}. Labs talk to the simulated account at "
                f"{', '.join(sorted(_allowed))} and to nothing else. Make clients as "
                'boto3.client("s3"), without endpoint_url or proxies.'
            )
        return send(self, request)

    guarded.is_wall = True  # type: ignore[attr-defined]
    URLLib3Session.send = guarded

    _forget_default_session()


def _forget_default_session() -> None:
    """boto3's default session may have been made with the machine's own credentials."""
    import boto3

    boto3.DEFAULT_SESSION = None
