"""Programs that work on text: grep and its like."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from posixpath import normpath

from simulator.hosts import files
from simulator.hosts.asked import Asked, Completed, Program
from simulator.hosts.patterns import BadPattern, matching


def _grep(asked: Asked) -> Completed:
    if not asked.names:
        return Completed("", "Usage: grep [OPTION]... PATTERNS [FILE]...\n", 2)
    pattern, *paths = asked.names
    text, err = _read(asked, paths, "grep")
    every, turned = text.splitlines(), "v" in asked.options
    try:
        found = matching(pattern, asked.options, every)
    except BadPattern:
        return Completed("", "grep: Invalid regular expression\n", 2)
    lines = [line for line, one in zip(every, found, strict=True) if one is not turned]
    code = 2 if err else 0 if lines else 1
    if "c" in asked.options:
        return Completed(f"{len(lines)}\n", err, code)
    return Completed("".join(f"{line}\n" for line in lines), err, code)


def _part(asked: Asked, name: str) -> Completed:
    """head and tail: ten lines, or as many as -n says."""
    words, count = list(asked.arguments), 10
    if "-n" in words[:-1]:
        at = words.index("-n")
        words[at : at + 2] = [f"-{words[at + 1]}"]
    for word in [word for word in words if word.startswith("-")]:
        digits = word.lstrip("-n")
        count = int(digits) if digits.isdigit() else count
    text, err = _read(asked, [word for word in words if not word.startswith("-")], name)
    lines = text.splitlines(keepends=True)
    kept = lines[:count] if name == "head" else lines[len(lines) - min(count, len(lines)) :]
    return Completed("".join(kept), err, 1 if err else 0)


def _wc(asked: Asked) -> Completed:
    text, err = _read(asked, asked.names, "wc")
    counts = {"l": text.count("\n"), "w": len(text.split()), "c": len(text.encode())}
    shown = [str(counts[one]) for one in counts if one in asked.options or not asked.options]
    return Completed(" ".join([*shown, *asked.names[:1]]) + "\n", err, 1 if err else 0)


def _sort(asked: Asked) -> Completed:
    text, err = _read(asked, asked.names, "sort")
    lines = sorted(set(text.splitlines()) if "u" in asked.options else text.splitlines())
    return Completed("".join(f"{line}\n" for line in lines), err, 2 if err else 0)


def _sha256sum(asked: Asked) -> Completed:
    held, out, err = files.files(asked.machine), "", ""
    for name in asked.names:
        if normpath(name) in held:
            digest = hashlib.sha256(held[normpath(name)].encode()).hexdigest()
            out += f"{digest}  {name}\n"
        else:
            err += f"sha256sum: {name}: No such file or directory\n"
    return Completed(out, err, 1 if err else 0)


def _read(asked: Asked, paths: list[str], program: str) -> tuple[str, str]:
    """The files' text, or what is piped in, and what is said of those that are not there."""
    if not paths:
        return asked.given, ""
    held = files.files(asked.machine)
    missing = [path for path in paths if normpath(path) not in held]
    err = "".join(f"{program}: {path}: No such file or directory\n" for path in missing)
    return "".join(held.get(normpath(path), "") for path in paths), err


PROGRAMS: Mapping[str, Program] = {
    "grep": _grep,
    "head": lambda asked: _part(asked, "head"),
    "sha256sum": _sha256sum,
    "sort": _sort,
    "tail": lambda asked: _part(asked, "tail"),
    "wc": _wc,
}
