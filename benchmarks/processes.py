"""Servers as child processes of a benchmark."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(url: str, seconds: float = 30) -> None:
    """Wait until `url` answers anything.

    Raises:
        TimeoutError: it did not.
    """
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            _opener.open(url, timeout=1).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.005)
    raise TimeoutError(f"{url} did not answer within {seconds} s")


@contextmanager
def drill_serve(*options: str, module: str = "simulator") -> Iterator[dict[str, Any]]:
    """A simulator of its own; yields its announcement."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()
