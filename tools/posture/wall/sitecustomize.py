"""Python imports this first, in a process that has its folder on PYTHONPATH: a wall around it.

Whatever the process asks for beyond this machine is refused, and written to the file that the
variable POSTURE_WALL names. The events are in the Library Reference, "Audit events table".
"""

import os
import socket
import sys

_NEAR = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound


def _host(event, arguments):
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        return arguments[0]
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        endpoint, address = arguments[:2]
        remote = endpoint.family in (socket.AF_INET, socket.AF_INET6)
        return address[0] if remote and isinstance(address, tuple) else None
    return None


def _hook(event, arguments):
    if not event.startswith("socket."):
        return
    host = _host(event, arguments)
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if host is None or host in _NEAR or host == socket.gethostname():
        return
    with open(os.environ["POSTURE_WALL"], "a", encoding="utf-8") as file:
        file.write(f"{host}\n")
    raise OSError(f"{host} is beyond this machine, where nothing may be reached")


sys.addaudithook(_hook)
