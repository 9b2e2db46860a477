"""What lies in a folder of submissions: every notebook's bytes, read with bounds.

Nothing is written, no link is followed, nothing that isn't a plain file is waited for.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from simulator.grading import archives
from simulator.grading.bounds import Bounds, Found, mib


def look(root: Path, bounds: Bounds) -> Iterator[Found]:
    """Every file below `root`, or `root` itself, in the order of their names; those in zips, too."""
    if root.is_dir():
        yield from _folder(root.resolve(), (), bounds)
    else:
        yield from _file(root.resolve(), (root.name,), bounds)


def _folder(path: Path, parts: tuple[str, ...], bounds: Bounds) -> Iterator[Found]:
    seen: Counter[str] = Counter()
    notebooks: Counter[str] = Counter()
    full: set[str] = set()
    waiting = [(path, parts)]
    while waiting:
        path, parts = waiting.pop()
        if parts and parts[0] in full:
            continue
        try:
            entries = sorted(os.scandir(path), key=lambda each: each.name)
        except OSError as error:
            yield Found((*parts, ""), problem=f"The folder can't be read: {error.strerror}.")
            continue
        folders = []
        for entry in entries:
            if archives.ignored(entry.name):
                continue
            below = (*parts, entry.name)
            seen[below[0]] += 1
            if seen[below[0]] > bounds.entries or notebooks[below[0]] > bounds.notebooks:
                full.add(below[0])
                yield Found(below, problem="There are too many files here; the rest is not read.")
                break
            if len(below) > bounds.depth:
                yield Found(below, problem="It lies too deep in folders.")
            elif entry.is_dir(follow_symlinks=False):
                folders.append((Path(entry.path), below))
            elif entry.is_symlink():
                yield Found(below, problem="It is a symbolic link; what it leads to is not read.")
            else:
                for found in _file(Path(entry.path), below, bounds):
                    notebooks[below[0]] += found.content is not None or bool(found.problem)
                    yield found
        waiting += reversed(folders)


def _file(path: Path, parts: tuple[str, ...], bounds: Bounds) -> Iterator[Found]:
    found = Found(parts)
    if not (found.is_notebook or found.is_zip):
        yield found
        return
    try:
        with opened(path) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                yield Found(parts, problem="It is no plain file.")
            elif found.is_zip:
                yield from archives.unpacked(file, parts, bounds)
            elif about.st_size > bounds.file:
                yield Found(parts, problem=f"It is too large: {mib(about.st_size)}.")
            else:
                yield Found(parts, content=file.read(bounds.file), changed=int(about.st_mtime))
    except OSError as error:
        yield Found(parts, problem=f"It can't be read: {error.strerror or error}.")


def opened(path: Path) -> IO[bytes]:
    """A plain file. A link, which may lead anywhere, is not followed.

    Raises:
        OSError: it is something else, or can't be read.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError("it is no plain file")
    how = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.fdopen(os.open(path, how), "rb")
