"""The version of CloudTrail's record format."""

from typing import Final

EVENT_VERSION: Final = "1.11"
