"""The instructor's roster: what is read is what was written, and what can't be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import roster
from simulator.errors import DrillError
from simulator.roster import Member, Roster

ANN = Member("ann", "t1", 7, "Ann Lee", "ann@example.edu", {"section": "A", "id": "12"})
BOB = Member("bob", "t2", 0, more={"id": "13", "note": 'says "hi",\nthen leaves'})


def saved(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_roster_is_read_as_it_was_written(tmp_path: Path) -> None:
    text = roster.text(Roster([ANN, BOB]))
    read = roster.read(saved(tmp_path, text))
    ann, bob = read
    assert ann == Member(**{**_fields(ANN), "more": {"section": "A", "id": "12", "note": ""}})
    assert (bob.learner, bob.seed, bob.more["note"]) == ("bob", 0, BOB.more["note"])
    assert roster.text(read) == text
    assert text.splitlines()[0] == "learner,name,email,token,seed,section,id,note"


def _fields(member: Member) -> dict[str, object]:
    return {name: getattr(member, name) for name in Member.__dataclass_fields__}


def test_members_are_found_by_token_and_by_name() -> None:
    both = Roster([ANN, BOB])
    assert len(both) == 2
    assert both.of_token("t1") is ANN
    assert both.of_learner("bob") is BOB
    assert both.of_token("bob") is None
    assert both.of_learner("t1") is None
    assert list(Roster()) == []


def test_a_spreadsheets_marks_and_an_editors_blanks_are_no_matter(tmp_path: Path) -> None:
    (ann,) = roster.read(saved(tmp_path, "\ufeff Learner ,TOKEN,Seed\n ann , t1 , 7 \n"))
    assert (ann.learner, ann.token, ann.seed, ann.more) == ("ann", "t1", 7, {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("learner,seed\nann,7\n", "line 2 has no token"),
        ("learner,token,seed\nann,t1,7\n,t2,8\n", "line 3 has no learner"),
        ("learner,token,seed\nann,t1\n", "line 2 has no seed"),
        ("learner,token,seed\nann,t1,-1\n", "'-1' is no seed"),
        ("learner,token,seed\nann,t1,2147483648\n", "'2147483648' is no seed"),
        ("learner,token,seed\nann,t1,1\nann,t2,2\n", "line 3: the learner 'ann' is there twice"),
        ("learner,token,seed\nann,t1,1\nAnn,t2,2\n", "line 3: the learner 'Ann' is there twice"),
        ("learner,token,seed\nann,t1,1\nbob,t1,2\n", "line 3: the token 't1' is there twice"),
        ("learner,token,seed\n../ann,t1,1\n", "a folder can't be called '../ann'"),
        ("learner,token,seed\nann\u202e,t1,1\n", "a folder can't be called"),
    ],
)
def test_a_line_that_cant_be_used_is_named(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DrillError) as caught:
        roster.read(saved(tmp_path, text))
    assert said in str(caught.value)
    assert "roster.csv" in str(caught.value)


def test_what_is_no_roster_is_said_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.csv"):
        with pytest.raises(DrillError, match="can't be read as a roster"):
            roster.read(path)
    binary = tmp_path / "x.csv"
    binary.write_bytes(b"\xff\xfe\x00learner")
    with pytest.raises(DrillError, match="can't be read as a roster"):
        roster.read(binary)


def test_a_tokens_seed_never_changes() -> None:
    """Learners' own machines and the grader work it out apart, from different versions maybe."""
    assert roster.seed_of("t1") == 2007556233
    seeds = {roster.seed_of(f"t{number}") for number in range(500)}
    assert len(seeds) == 500
    assert all(0 <= seed < roster.SEEDS for seed in seeds)
