"""Whose a file is, by where it lies: what folders, nbgrader, Canvas and Moodle make of a class.

==============================================================  ==================================
learner/lab.ipynb, learner/labs/iam/lab.ipynb, learner.zip      a folder or zip for each learner
learner_lab.ipynb, learner-lab.ipynb                            all in one folder
submitted/learner/assignment/notebook.ipynb                     nbgrader's course folder
learner+assignment+2016-01-30 20:30:10 UTC                      nbgrader's exchange
ps1_learner_attempt_2016-01-30-20-30-10_notebook.ipynb          what nbgrader's zip_collect is given
lastfirst_LATE_12345_678901_name.ipynb                          Canvas: the user's and the file's id
Full Name_123456_assignsubmission_file_/name.ipynb              Moodle, in folders
Full Name_123456_assignsubmission_file_name.ipynb               Moodle, without folders
==============================================================  ==================================

Sources: nbgrader's "Exchanging assignment files manually" and its exchange; the file names that
Canvas's "Download Submissions" and Moodle's "Download all submissions" give.

Only the name that the class's system or its teacher gave counts. What is inside one learner's
folder or zip is of that learner's making, whatever it is called.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from simulator import catalogue

_CANVAS = re.compile(
    r"(?:(?P<who>.+?)(?P<late>_LATE)?_(?P<user>\d+)|(?:LATE_)?(?P<anonymous>anon_\w{1,12}?))"
    r"_(?P<order>\d+)_(?P<rest>.+)",
    re.DOTALL,
)
_MOODLE = re.compile(
    r"(?P<who>.+)_(?P<user>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<rest>.*))?", re.DOTALL
)
_ATTEMPT = re.compile(
    r"(?:.+_)?(?P<who>[^_]+)_attempt_(?P<order>\d{4}(?:-\d\d){5})(?:_(?P<rest>.+)|\.zip)", re.DOTALL
)
_EXCHANGE = re.compile(
    r"(?P<who>[^+]+)\+(?P<rest>[^+]+)\+(?P<order>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\b.*", re.DOTALL
)
_SYSTEMS = (("moodle", _MOODLE), ("canvas", _CANVAS), ("", _ATTEMPT), ("", _EXCHANGE))
_AGAIN = re.compile(r"[ _-]*\((\d{1,3})\)$|-(\d{1,2})$|[ _-]+copy[ _-]*(\d{0,2})$", re.IGNORECASE)
_SOME_LAB = re.compile(r"(?P<who>.+?)[ _-](?:lab|notebook|assignment|hw)[ _-]?\d*", re.IGNORECASE)
_OF_A_COURSE = frozenset(
    {"labs", "lab", "submitted", "submissions", "submission", "downloaded", "archive", "extracted"}
)
_DEEPEST = 5
_SUFFIX = re.compile(r"\.(ipynb|zip)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a file is. `called` is empty where nothing says so.

    `ids` are numbers by which a system knows the learner: "canvas" or "moodle". `order` is the
    system's own order of attempts, and `name` what is left of the file's path. `own` says that the
    file lies in a place of the learner's own, or is named by a system.
    """

    called: str
    name: tuple[str, ...]
    order: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    late: bool = False
    own: bool = True


def whose(
    paths: Iterable[tuple[str, ...]], is_learner: Callable[[str], bool] = lambda _: False
) -> dict[tuple[str, ...], Whose]:
    """Whose each of the paths of one class is. `is_learner` knows the names of the roster."""
    rest = {path: path for path in paths}
    for _ in range(_DEEPEST):
        submitted = {path: below[1:] for path, below in rest.items() if below[0] == "submitted"}
        if any(submitted.values()) and not is_learner("submitted"):
            rest = {path: below for path, below in submitted.items() if below}
            break
        shorter = _unwrapped(rest, is_learner)
        if shorter is None:
            break
        rest = shorter
    return {path: _of(below, is_learner) for path, below in rest.items()}


Paths = dict[tuple[str, ...], tuple[str, ...]]


def _unwrapped(paths: Paths, is_learner: Callable[[str], bool]) -> Paths | None:
    """The paths without a folder or zip around them all, or around each learner's; else None."""
    heads: dict[str, set[tuple[str, ...]]] = {}
    for below in paths.values():
        if len(below) == 1:
            if _matters(below[0]):
                return None
            continue
        heads.setdefault(below[0], set()).add(below[1:])
    if not heads or any(is_learner(_SUFFIX.sub("", head)) for head in heads):
        return None
    if any(_by_system(head) for head in heads):
        return None
    alone = len(heads) == 1
    if all(_is_collection(head, below, alone, is_learner) for head, below in heads.items()):
        return {path: rest[1:] for path, rest in paths.items() if len(rest) > 1}
    return None


def _is_collection(
    head: str, below: set[tuple[str, ...]], alone: bool, is_learner: Callable[[str], bool]
) -> bool:
    """Whether it holds what several learners handed in. Of many such, all must be a system's own.

    So nobody who hands in one among other folders speaks for somebody else.
    """
    firsts = {each[0] for each in below if len(each) > 1 or _matters(each[0])}
    if not firsts:
        return False
    if all(_by_system(each) for each in firsts):
        return True
    if not alone:
        return False
    if head.lower() in _OF_A_COURSE - {"labs", "lab"}:
        return True
    if any(is_learner(_SUFFIX.sub("", each)) for each in firsts):
        return True
    if len(firsts) == 1 and all(len(each) > 1 for each in below):
        (first,) = firsts
        return _is_collection(first, {each[1:] for each in below}, True, is_learner)
    if any(len(each) == 1 and _matters(each[0]) for each in below):
        return all(_in_one_folder(each) for each in firsts)
    return len(firsts - _areas() - _OF_A_COURSE) > 1


def _matters(name: str) -> bool:
    return bool(_SUFFIX.search(name))


def _of(below: tuple[str, ...], is_learner: Callable[[str], bool]) -> Whose:
    head = below[0]
    if found := _by_system(head):
        return Whose(
            found.called, (*found.name, *below[1:]), found.order, dict(found.ids), found.late
        )
    stem = _SUFFIX.sub("", head)
    if len(below) > 1 and not _matters(head):
        return Whose(head, below[1:])
    own = len(below) > 1 or head.lower().endswith(".zip")
    if is_learner(stem):
        return Whose(stem, below[1:] or below, own=own)
    return Whose(_in_one_folder(head) or ("" if _lab_in(stem) else stem), below, own=own)


def _by_system(name: str) -> Whose | None:
    for system, pattern in _SYSTEMS:
        if match := pattern.fullmatch(name):
            said = match.groupdict()
            who = said.get("anonymous") or said["who"]
            called = who.replace("_", " ") if system == "moodle" else who
            ids = {system: said["user"]} if system and said.get("user") else {}
            rest = (said["rest"],) if said.get("rest") else ()
            order = said.get("order") or ""
            late = bool(said.get("late")) or name.startswith("LATE_anon_")
            return Whose(called, rest, order, ids, late)
    return None


def _in_one_folder(name: str) -> str:
    """The learner in `learner_lab.ipynb`, or nothing."""
    stem = _SUFFIX.sub("", name)
    for text in (stem, _AGAIN.sub("", stem)):
        lab = _lab_in(text)
        if lab and _same(text).endswith(lab):
            return text[: len(text) - len(lab)].strip(" _-")
    some = _SOME_LAB.fullmatch(_AGAIN.sub("", stem))
    return some["who"] if some else ""


def lab_of(name: tuple[str, ...]) -> str:
    """The lab that a file is named for, else a folder around it, from the inside; or nothing."""
    for part in reversed(name):
        if lab := _lab_in(_SUFFIX.sub("", part)):
            return lab
    return ""


def again(name: str) -> int:
    """Which copy a file is by its name: "lab-1.ipynb", "lab (1).ipynb" and "lab-Copy1.ipynb" are 1."""
    stem = _SUFFIX.sub("", name)
    match = _AGAIN.search(stem)
    if not match or _same(stem) in catalogue.ids():
        return 0
    return int(next((each for each in match.groups() if each), "1"))


def _lab_in(text: str) -> str:
    """The longest scenario id that is there as whole words."""
    words = f"-{_same(text)}-"
    return next((lab for lab in _longest_first() if f"-{lab}-" in words), "")


def _same(text: str) -> str:
    return re.sub(r"[ _-]", "-", text.lower())


@functools.cache
def _longest_first() -> tuple[str, ...]:
    return tuple(sorted(catalogue.ids(), key=lambda each: (-len(each), each)))


@functools.cache
def _areas() -> frozenset[str]:
    from simulator.handouts import handouts

    return frozenset(path.parent.name for path in handouts().values()) | frozenset(catalogue.ids())
