"""Zips that others made: read in memory, never extracted to disk, with bounds on everything.

Only notebooks, and zips inside a zip, are unpacked at all. The list of files is bounded before it
is parsed (APPNOTE.TXT, "ZIP File Format Specification", 4.3.14 to 4.3.16).
"""

from __future__ import annotations

import calendar
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from simulator.grading.bounds import Bounds, Found, mib

_IGNORED = re.compile(r"\._.*|\.DS_Store|Thumbs\.db|desktop\.ini", re.IGNORECASE)
_FOLDERS_IGNORED = frozenset({".ipynb_checkpoints", "__MACOSX", "__pycache__", ".git", ".venv"})
_DRIVE = re.compile(r"[A-Za-z]:")
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, OSError),
    *(RuntimeError, NotImplementedError, ValueError, IndexError, OverflowError, MemoryError),
)
"""What zipfile raises for a file that somebody made up."""


def ignored(name: str) -> bool:
    """Whether a file or folder of this name is nobody's work, but some program's."""
    return name in _FOLDERS_IGNORED or bool(_IGNORED.fullmatch(name))


def unpacked(
    file: IO[bytes], parts: tuple[str, ...], bounds: Bounds, inside: bool = False
) -> Iterator[Found]:
    """The files in a zip, those in zips `inside` it as well, small ones first."""
    try:
        if _directory_size(file) > bounds.directory:
            yield Found(parts, problem="It lists too many files.")
            return
        with zipfile.ZipFile(file) as archive:
            members = sorted(archive.infolist(), key=lambda each: (each.file_size, each.filename))
            yield from _members(archive, members, parts, bounds, inside)
    except _BROKEN as error:
        yield Found(parts, problem=f"It is no zip that can be read: {_said(error)}")


def _members(
    archive: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    parts: tuple[str, ...],
    bounds: Bounds,
    inside: bool,
) -> Iterator[Found]:
    left = bounds.unpacked_inside if inside else bounds.unpacked
    notebooks = bounds.notebooks_inside if inside else bounds.notebooks
    if len(members) > bounds.entries:
        yield Found(parts, problem=f"It holds {len(members):,} files.")
        return
    split = [(info, _name(info).replace("\\", "/").split("/")) for info in members]
    work = [each for each in split if not (each[0].is_dir() or any(map(ignored, each[1])))]
    if not work:
        yield Found(parts)
    for info, names in work:
        where = (*parts, *(name for name in names if name not in ("", ".")))
        if ".." in names or not names[0] or _DRIVE.match(names[0]):
            yield Found((*parts, names[-1]), problem="Its path leads out of the zip.")
            continue
        if any(len(name.encode(errors="replace")) > bounds.name for name in names):
            yield Found(parts, problem="It holds a file of an impossible name.")
            continue
        found = Found(where, changed=_seconds(info))
        if len(where) > bounds.depth or not (found.is_notebook or found.is_zip):
            yield found
            continue
        if problem := _refused(info, bounds, left, inside and found.is_zip):
            yield Found(where, problem=problem)
            continue
        left -= info.file_size
        notebooks -= 1
        if notebooks < 0:
            yield Found(parts, problem="It holds too many notebooks; some are not read.")
            return
        try:
            with archive.open(info) as member:
                content = member.read(bounds.file + 1)
        except _BROKEN as error:
            yield Found(where, problem=f"It can't be unpacked: {_said(error)}")
            continue
        if found.is_zip:
            yield from unpacked(io.BytesIO(content), where, bounds, inside=True)
        else:
            yield Found(where, content=content, changed=found.changed)


def _refused(info: zipfile.ZipInfo, bounds: Bounds, left: int, too_deep: bool) -> str:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "It is a symbolic link; what it leads to is not read."
    if info.flag_bits & 1:
        return "It is encrypted."
    if too_deep:
        return "A zip in a zip in a zip is not opened."
    if info.compress_type not in _METHODS:
        return "It is packed by another method than deflate."
    if info.file_size > bounds.file:
        return f"It is too large: {mib(info.file_size)}."
    if info.file_size > max(bounds.small, bounds.ratio * info.compress_size):
        return f"It unpacks to {mib(info.file_size)}, suspiciously much for what it is packed in."
    if info.file_size > left:
        return "The zip unpacks to too much in all; this is of the part that is not read."
    return ""


def _directory_size(file: IO[bytes]) -> int:
    """What a zip says of the length of its list of files; both places are believed."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_557))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        return 0
    sizes = [struct.unpack_from("<L", end, at + 12)[0]]
    if at >= 20 and end[at - 20 : at - 16] == b"PK\x06\x07":
        file.seek(struct.unpack_from("<Q", end, at - 12)[0])
        record = file.read(56)
        sizes += [struct.unpack_from("<Q", record, 40)[0]] if len(record) == 56 else []
    file.seek(0)
    return max((each for each in sizes if each != 0xFFFFFFFF), default=0)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; UTF-8 is recognised where it isn't marked, as macOS leaves it."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _seconds(info: zipfile.ZipInfo) -> int:
    try:
        return calendar.timegm((*info.date_time, 0, 0, 0))
    except ValueError:
        return 0


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return f"{text.rstrip('.')}."
