"""The end of a child, noticed when it comes."""

from __future__ import annotations

import os
import select
import sys
import time
from contextlib import suppress


class End:
    """Of a child that nobody has waited for yet. Source: pidfd_open(2), since Linux 5.3."""

    def __init__(self, pid: int) -> None:
        self._pidfd: int | None = None
        if sys.platform == "linux":
            with suppress(OSError):  # an older Linux, or a sandbox that doesn't let it be asked
                self._pidfd = os.pidfd_open(pid)

    def wait(self, seconds: float) -> None:
        """For so long, or until the child ends, where the operating system tells of that."""
        if self._pidfd is None:
            time.sleep(seconds)
        else:
            select.select([self._pidfd], [], [], seconds)

    def close(self) -> None:
        if self._pidfd is not None:
            os.close(self._pidfd)
