"""AWS Security Drills: a simulated AWS account that behaves, and drills to play in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.lab import Lab

__all__ = ["Lab"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "Lab":
        from simulator.lab import Lab

        return Lab
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
