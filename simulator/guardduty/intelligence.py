"""Names of ill repute, as a threat intelligence provider lists them.

The drills' internet is made up (RFC 2606 names), so the provider's lists are rules about such names,
which scenarios do not consult: a pool for mining is recognised by how pools name themselves. Beside
them are the names with which AWS's own tester generates findings. Sources: "CryptoCurrency:EC2/
BitcoinTool.B!DNS", "Backdoor:EC2/C&CActivity.B!DNS" ("you can make a DNS request from your instance ...
against a test domain guarddutyc2activityb.com").
"""

from __future__ import annotations

import re
from typing import Final

_MINING: Final = re.compile(r"(^|[.-])(mine|mining|miner|minergate|xmrpool|nanopool|moneropool)\.")
_CONTROL: Final = re.compile(
    r"(^|[.-])(c2|cnc|c-and-c|beacon)[0-9]*\.|^([^.]+\.)*guarddutyc2activityb\."
)


def mines(domain: str) -> bool:
    """Whether a name is associated with cryptocurrency."""
    return _MINING.search(f"{domain.lower()}.") is not None


def commands(domain: str) -> bool:
    """Whether a name is of a known command and control server."""
    return _CONTROL.search(f"{domain.lower()}.") is not None
