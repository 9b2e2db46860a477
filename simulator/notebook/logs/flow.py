"""VPC flow log files, of any format: their first line names the fields.

Source: "Flow log records" (Amazon VPC User Guide).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from simulator.notebook.logs.text import tokens

if TYPE_CHECKING:
    import pandas as pd

DEFAULT: Final = (
    *("version", "account_id", "interface_id", "srcaddr", "dstaddr", "srcport", "dstport"),
    *("protocol", "packets", "bytes", "start", "end", "action", "log_status"),
)
"""The fields of version 2, and those of an empty frame."""
_NUMBERS: Final = {
    *("version", "srcport", "dstport", "protocol", "packets", "bytes", "tcp_flags"),
    "traffic_path",
}


def frame(files: Iterable[bytes]) -> pd.DataFrame:
    """One row a record, oldest first. `start` and `end` are times."""
    import pandas as pd

    parts: dict[bytes, list[bytes]] = {}
    for content in files:
        head, _, rest = content.partition(b"\n")
        parts.setdefault(head.strip(), []).append(rest if rest.endswith(b"\n") else rest + b"\n")
    frames = [tokens(b"".join(rests), _fields(head)) for head, rests in parts.items()]
    made = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(DEFAULT))
    for name in made.columns:
        if name in {"start", "end"}:
            seconds = pd.to_numeric(made[name], errors="coerce")
            made[name] = pd.to_datetime(seconds, unit="s", utc=True)
        elif name in _NUMBERS:
            made[name] = pd.to_numeric(made[name], errors="coerce").astype("Int64")
    if "start" not in made:
        return made
    return made.sort_values("start", kind="stable", ignore_index=True)


def _fields(head: bytes) -> tuple[str, ...]:
    return tuple(head.decode().replace("-", "_").split())
