"""A module that stands in for another where some of its names must mean something else."""

from __future__ import annotations

from types import ModuleType


def facade(module: ModuleType, **replaced: object) -> ModuleType:
    """A module that answers as `module` does, save for what is replaced."""
    made = ModuleType(module.__name__)
    made.__dict__.update({**vars(module), **replaced})
    return made
