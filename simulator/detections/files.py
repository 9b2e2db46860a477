"""Where rules are: a file, or a folder of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from simulator.detections import cases, python_rule, sigma
from simulator.detections.rule import BadRule, Rule

_YAML = {".yml", ".yaml"}


def found(paths: Iterable[Path]) -> list[Rule]:
    """The rules of files and folders, in the order of their names.

    Raises:
        BadRule: nothing there, or a file that holds no rule that can be run.
        MissingPackage: a Sigma rule, and pySigma is not installed.
    """
    return [rule for path in paths for file in _files(path) for rule in read(file)]


def read(path: Path) -> list[Rule]:
    """The rules of one file, with its cases. Raises what `found` raises."""
    if path.suffix == ".py":
        return [python_rule.rule_in(path, cases.beside(path))]
    if path.suffix not in _YAML:
        raise BadRule(f"{path} is no rule: Sigma is .yml, Python is .py.")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRule(f"{path} can't be read: {error}.") from None
    sigma.import_sigma()
    return sigma.rules_of(text, str(path), cases.beside(path))


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise BadRule(f"There is no {path}: give rules as .yml or .py files, or folders of them.")
    if path.is_file():
        if not path.name.endswith(cases.SUFFIX):
            yield path
        return
    kept = [
        file
        for file in sorted(path.rglob("*"))
        if file.suffix in {*_YAML, ".py"}
        and file.is_file()
        and not file.name.endswith((cases.SUFFIX, "__init__.py"))
    ]
    if not kept:
        raise BadRule(f"{path} holds no rule: Sigma is .yml, Python is .py.")
    yield from kept
