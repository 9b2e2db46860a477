"""Messages between the sandbox's two sides: JSON, a line each, over a Unix stream socket."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any

MOST = 2**20
"""Bytes of the longest message."""
_MOST_DESCRIPTORS = 16


class Wire:
    """One end of a conversation, in messages. `closed` once the other side is gone."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.closed = False
        self.descriptors: list[int] = []
        """File descriptors that came with messages, for the receiver to take."""
        self._begun = b""

    def send(self, message: Mapping[str, Any], descriptors: tuple[int, ...] = ()) -> bool:
        """Whether it could be sent: the other side may be gone."""
        line = json.dumps(message).encode() + b"\n"
        try:
            if descriptors:
                sent = socket.send_fds(self.connection, [line], descriptors)
                line = line[sent:]
            self.connection.sendall(line)
        except OSError:
            self.closed = True
        return not self.closed

    def receive(self) -> Iterator[dict[str, Any]]:
        """The messages of one read; waits for it unless the socket doesn't."""
        try:
            data, found, _, _ = socket.recv_fds(self.connection, 2**16, _MOST_DESCRIPTORS)
        except BlockingIOError:
            return
        except OSError:
            data, found = b"", []
        self.descriptors += found
        self.closed = not data
        *lines, self._begun = (self._begun + data).split(b"\n")
        if len(self._begun) > MOST:
            self.closed = True
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                self.closed = True
                return

    def close(self) -> None:
        self.closed = True
        self.connection.close()
