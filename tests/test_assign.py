"""`drill assign`: every learner's bundle, and the roster that the instructor keeps."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from simulator import roster
from simulator.cli import main
from simulator.grading.jobs import jobs
from simulator.grading.submissions import find
from simulator.handouts import handout, handouts
from simulator.roster import Member, Roster, seed_of

LAB = "iam-leaked-key"


def assign(tmp_path: Path, listed: str, *words: str, fails: bool = False) -> str:
    """Run the command on a list; what it said."""
    path = tmp_path / "list.csv"
    path.write_text(listed, encoding="utf-8")
    command = ["assign", str(path), "--out", str(tmp_path / "out"), *words]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == int(fails), result.output
    return " ".join(result.output.split())


def kept(tmp_path: Path) -> Roster:
    return roster.read(tmp_path / "out" / "roster.csv")


def member(tmp_path: Path, learner: str) -> Member:
    found = kept(tmp_path).of_learner(learner)
    assert found is not None
    return found


def test_everybody_gets_the_labs_with_a_token_of_their_own(tmp_path: Path) -> None:
    said = assign(tmp_path, "learner,section\nann,A\nbob,B\n")
    assert f"2 learners (2 new), {len(handouts())} labs each" in said
    tokens = set()
    for each in kept(tmp_path):
        folder = tmp_path / "out" / each.learner
        labs = {path.stem for path in folder.glob("*.ipynb")}
        assert labs == set(handouts())
        for path in folder.glob("*.ipynb"):
            page = nbformat.read(path, as_version=4)
            nbformat.validate(page)
            assert page.metadata.pop("drill") == {"learner": each.token, "lab": path.stem}
            assert page == nbformat.reads(handout(path.stem), as_version=4)
        assert "yours alone" in (folder / "README.txt").read_text()
        assert each.seed == seed_of(each.token)
        tokens.add(each.token)
    assert len(tokens) == 2
    assert all(len(token) >= 24 and token.isalnum() for token in tokens)


def test_the_roster_is_the_instructors_and_nothing_of_it_is_in_a_bundle(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        assign(tmp_path, "learner\nann\nbob\n", "--secret-seeds")
    finally:
        os.umask(before)
    path = tmp_path / "out" / "roster.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    ann, bob = kept(tmp_path)
    assert ann.seed != seed_of(ann.token)
    for file in (tmp_path / "out" / "ann").iterdir():
        text = file.read_text()
        assert not any(secret in text for secret in (str(ann.seed), str(bob.seed), bob.token))
    assert "DRILL_URL" in (tmp_path / "out" / "ann" / "README.txt").read_text()
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [
        "ann",
        "bob",
        "roster.csv",
    ]


def test_run_again_it_keeps_everybodys_token_and_work(tmp_path: Path) -> None:
    assign(tmp_path, "learner\nann\nbob\n")
    first = {each.learner: (each.token, each.seed) for each in kept(tmp_path)}
    work = tmp_path / "out" / "ann" / f"{LAB}.ipynb"
    work.write_text("what ann did")
    said = assign(tmp_path, "learner,email\ncem,\nANN,ann@example.edu\n", "--secret-seeds")
    assert "3 learners (1 new)" in said
    assert "1 notebooks were there already" in said
    assert work.read_text() == "what ann did"
    again = {each.learner: (each.token, each.seed) for each in kept(tmp_path)}
    assert list(again) == ["ann", "bob", "cem"]
    assert again | first == again
    assert member(tmp_path, "ann").email == "ann@example.edu"


def test_a_broken_roster_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out" / "roster.csv"
    path.parent.mkdir()
    path.write_text("learner,token\nann,precious\n")
    assert "has no seed" in assign(tmp_path, "learner\nann\n", fails=True)
    assert path.read_text() == "learner,token\nann,precious\n"


def test_a_roster_may_be_the_list(tmp_path: Path) -> None:
    assign(tmp_path, "learner,token,seed\nann,mine,5\nbob,,\n")
    ann, bob = kept(tmp_path)
    assert (ann.token, ann.seed) == ("mine", 5)
    assert bob.seed == seed_of(bob.token)
    assert "is no seed" in assign(tmp_path, "learner,token,seed\ncem,mine2,x\n", fails=True)


def test_zips_are_the_same_again(tmp_path: Path) -> None:
    assign(tmp_path, "learner\nann\n", "--zip", "--labs", LAB)
    path = tmp_path / "out" / "ann.zip"
    first = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == [f"{LAB}.ipynb", "README.txt"]
        page = json.loads(archive.read(f"{LAB}.ipynb"))
    assert page["metadata"]["drill"]["learner"] == member(tmp_path, "ann").token
    assign(tmp_path, "learner\nann\n", "--zip", "--labs", LAB)
    assert path.read_bytes() == first


def test_labs_can_be_chosen(tmp_path: Path) -> None:
    assign(tmp_path, "learner\nann\n", "--labs", f"{LAB},s3-public-pii", "--labs", LAB)
    labs = sorted(path.stem for path in (tmp_path / "out" / "ann").glob("*.ipynb"))
    assert labs == [LAB, "s3-public-pii"]
    said = assign(tmp_path, "learner\nann\n", "--labs", "iam-leaked-kee", fails=True)
    assert f"Did you mean '{LAB}'?" in said


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (99),Final Score
    Points Possible,,,,,54,
"Lee, Ann",12,u-12,ann@example.edu,Monday,40,
"Li, Bob",13,u-13,,Monday,,
"Student, Test",14,,f00,Monday,,
"""


def test_canvass_gradebook_is_a_list(tmp_path: Path) -> None:
    assign(tmp_path, CANVAS)
    ann, bob = kept(tmp_path)
    assert (ann.learner, ann.name, ann.email) == ("ann@example.edu", "Ann Lee", "ann@example.edu")
    assert bob.learner == "Bob Li"
    assert ann.more == {
        "student": "Lee, Ann",
        "id": "12",
        "sis user id": "u-12",
        "sis login id": "ann@example.edu",
        "section": "Monday",
    }


MOODLE = """\
Identifier,Full name,Email address,Status,Grade
Participant 77,Ann Lee,ann@example.edu,No submission,-
Participant 78,Bob Li,bob@example.edu,No submission,-
"""
PARTICIPANTS = "First name;Last name;ID number;Email address\nAnn;Lee;u-12;ann@example.edu\n"


def test_moodles_worksheet_and_participants_are_lists(tmp_path: Path) -> None:
    assign(tmp_path, MOODLE)
    ann, _ = kept(tmp_path)
    token = ann.token
    assert (ann.learner, ann.name, ann.more["identifier"]) == (
        "ann@example.edu",
        "Ann Lee",
        "Participant 77",
    )
    assert "grade" not in ann.more
    assign(tmp_path, PARTICIPANTS)
    ann, bob = kept(tmp_path)
    assert (ann.token, ann.more["id number"], ann.more["identifier"]) == (
        token,
        "u-12",
        "Participant 77",
    )
    assert bob.learner == "bob@example.edu"


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("learner\nann\nAnn\n", "line 3: 'Ann' is there twice"),
        ("name\nAnn Lee\nAnn Lee\n", "column learner or email"),
        ("learner\na/b\na\\b\n", "is there twice"),
        ("who\nann\n", "line 2 names nobody"),
        ("learner\n", "lists nobody"),
        ("learner\nroster.csv\n", "No learner can be called"),
    ],
)
def test_a_list_that_tells_nobody_apart_is_refused(listed: str, said: str, tmp_path: Path) -> None:
    assert said in assign(tmp_path, listed, fails=True)
    assert not (tmp_path / "out" / "roster.csv").exists()


def test_names_lead_out_of_no_folder(tmp_path: Path) -> None:
    assign(tmp_path, 'learner\n"../../evil"\n"C:\\x"\n', "--labs", LAB)
    names = sorted(each.name for each in (tmp_path / "out").iterdir())
    assert names == ["C_x", "_.._evil", "roster.csv"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["list.csv", "out"]


def test_what_is_handed_in_is_graded_with_its_learners_seed(tmp_path: Path) -> None:
    """The way round: assigned, handed in through Canvas, found again."""
    assign(tmp_path, CANVAS, "--secret-seeds", "--labs", LAB)
    folder = tmp_path / "in"
    folder.mkdir()
    for path, name in (("ann@example.edu", "leeann_12_9"), ("Bob Li", "libob_LATE_13_10")):
        bundle = tmp_path / "out" / path / f"{LAB}.ipynb"
        (folder / f"{name}_{LAB}.ipynb").write_bytes(bundle.read_bytes())
    class_ = kept(tmp_path)
    found = find(folder, class_)
    assert [each.learner for each in found] == ["Bob Li", "ann@example.edu"]
    assert [each.problem or each.notes for each in found] == [(), ()]
    assert all(each.traces and each.traces.own == () for each in found)
    seeds = {each.learner: each.seed for each in class_}
    assert {each.learner: each.seed for each in jobs(found, class_)} == seeds
