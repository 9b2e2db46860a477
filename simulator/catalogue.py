"""The scenarios there are: one folder each, found by looking."""

from __future__ import annotations

import functools
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from simulator.errors import ScenarioError, UnknownScenario
from simulator.scenario import Check, Fix, Scenario, Way

FOLDER = Path(__file__).parent / "scenarios"


@dataclass(frozen=True)
class Play:
    """A scenario with all that its folder holds."""

    id: str
    folder: Path
    scenario: Scenario
    module: ModuleType
    checks: tuple[Check, ...]

    @property
    def points(self) -> int:
        return sum(check.points for check in self.checks)

    def act(self, name: str) -> Any:
        """One of the module's acts.

        Raises:
            ScenarioError: the scenario doesn't have it.
        """
        if not hasattr(self.module, name):
            raise ScenarioError(f"{self.folder / 'scenario.py'} has no act {name}().")
        return getattr(self.module, name)

    @functools.cached_property
    def ways(self) -> tuple[Way, ...]:
        """What the adversary may have obtained, in the order it tries it."""
        found = (getattr(value, "way", None) for value in vars(self.module).values())
        return tuple(way for way in found if isinstance(way, Way))

    def text(self, name: str) -> str:
        """A text of the folder, such as briefing.md; empty where there is none."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @functools.cached_property
    def fixes(self) -> dict[str, Fix]:
        """The reference fix and the wrong ones, by name."""
        module = _load(self.folder / "fixes.py")
        found = (getattr(value, "fix", None) for value in vars(module).values() if callable(value))
        return {fix.name: fix for fix in found if isinstance(fix, Fix)}


def ids() -> list[str]:
    """The id of every scenario, sorted."""
    return sorted(path.parent.name for path in FOLDER.glob("*/scenario.py"))


@functools.cache
def load(scenario_id: str) -> Play:
    """The scenario of that id, read once.

    Raises:
        UnknownScenario: there is none; the message names the nearest.
        ScenarioError: its module lacks something.
    """
    if scenario_id not in ids():
        raise UnknownScenario(scenario_id, ids())
    return read(FOLDER / scenario_id)


def read(folder: Path) -> Play:
    """The scenario in a folder, wherever it is; the folder's name is its id.

    Raises:
        ScenarioError: its module lacks something.
    """
    module = _load(folder / "scenario.py")
    scenario = getattr(module, "scenario", None)
    if not isinstance(scenario, Scenario):
        raise ScenarioError(f"{folder / 'scenario.py'} has no `scenario = Scenario(…)`.")
    marked = (getattr(value, "check", None) for value in vars(module).values() if callable(value))
    checks = tuple(check for check in marked if isinstance(check, Check))
    _needs_are_known(folder, checks)
    return Play(folder.name, folder, scenario, module, checks)


def _needs_are_known(folder: Path, checks: tuple[Check, ...]) -> None:
    seen: set[str] = set()
    for check in checks:
        for name in check.needs:
            if name not in seen:
                raise ScenarioError(
                    f"{folder / 'scenario.py'}: the check {check.name}() needs {name!r}, which is "
                    "not a check above it."
                )
        seen.add(check.name)


def _load(path: Path) -> ModuleType:
    """A module by its path: a scenario's id is not a Python name."""
    name = f"simulator.scenarios.{path.parent.name.replace('-', '_')}.{path.stem}"
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(path):
        return known
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        raise ScenarioError(f"{path} is missing.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
