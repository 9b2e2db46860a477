"""The gradebook's files: whole, the same for the same results, and not touched without need."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.gradebook import write
from simulator.gradebook.files import put
from simulator.grading.result import Outcome, Result
from simulator.roster import Member, Roster
from tests.gradebook.evening import HOSTILE, LAB, Handed, check, result, traced, unrun

NAMES = ("ada", "bob", "Zoë", "zoe\u0301", "../../etc/passwd", "=1+1", HOSTILE, "عمر", "\ud800")


def evening() -> tuple[list[Result], Roster, list[Handed]]:
    verdicts = ("PASSED", "FAILED", "NOT_ATTEMPTED")
    results = [
        result(
            name, lab, *(check(f"c{number}", verdicts[(number + place) % 3]) for number in range(5))
        )
        for place, name in enumerate(NAMES)
        for lab in (LAB, "s3-public-pii")
    ]
    results += [unrun(Outcome.NOT_RUN, "nora", said="No JSON."), unrun(Outcome.ERROR, "errol")]
    roster = Roster(
        Member(name, f"t{place}", place, f"Name {place}", f"{place}@example.edu")
        for place, name in enumerate(("ada", "bob", "silent"))
    )
    handed_in = [
        Handed(each.learner, each.lab, ids={"moodle": "7"}, traces=traced("abc"))
        for each in results
    ]
    return results, roster, handed_in


def held(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_all_files_are_there_and_nothing_else(tmp_path: Path) -> None:
    results, roster, handed_in = evening()
    written = write(tmp_path / "out", results, roster, handed_in)
    names = set(held(tmp_path))
    assert names == {str(path.relative_to(tmp_path)) for path in written.files}
    pages = {name for name in names if name.startswith("out/feedback/")}
    assert len(pages) == len(NAMES) + len(("nora", "errol", "silent"))
    assert names - pages == {
        f"out/{name}"
        for name in (
            *("gradebook.csv", "checks.csv", "canvas.csv", "moodle.csv", "integrity.csv"),
            *("moodle-iam-leaked-key.csv", "moodle-s3-public-pii.csv"),
            *("junit.xml", "overview.html"),
        )
    }


def test_the_same_results_in_any_order_make_the_same_bytes(tmp_path: Path) -> None:
    results, roster, handed_in = evening()
    write(tmp_path / "one", results, roster, handed_in)
    random.Random(1).shuffle(results)
    random.Random(2).shuffle(handed_in)
    slower = [replace(each, seconds=99.5, memory=2**31) for each in results]
    again = [Result.of_json(json.loads(json.dumps(each.as_json()))) for each in slower]
    write(tmp_path / "two", again, roster, handed_in)
    assert held(tmp_path / "one") == held(tmp_path / "two")


def test_what_is_the_same_is_not_written_again(tmp_path: Path) -> None:
    results, roster, handed_in = evening()
    before = {
        path: path.stat().st_ino for path in write(tmp_path, results, roster, handed_in).files
    }
    results[0] = replace(results[0], points=0)
    write(tmp_path, results, roster, handed_in)
    changed = {path.name for path, inode in before.items() if path.stat().st_ino != inode}
    assert {"gradebook.csv", "ada.html", "overview.html"} <= changed
    assert {"bob.html", "checks.csv", "integrity.csv"}.isdisjoint(changed)


def test_without_roster_and_submissions_there_is_a_gradebook_too(tmp_path: Path) -> None:
    written = write(tmp_path, [result("ada")])
    assert (tmp_path / "feedback/ada.html").is_file()
    assert len(written.said) == 2


def test_what_is_to_be_said_of_the_imports_is_returned(tmp_path: Path) -> None:
    roster = Roster([Member("ada", "t", 1, "Ada", "a@example.edu", {"id": "17"})])
    assert write(tmp_path, [result("ada")], roster).said == ()


def test_a_file_is_there_whole_or_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "a.csv", "before")

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        put(path, "after")
    assert held(tmp_path) == {"a.csv": b"before"}
