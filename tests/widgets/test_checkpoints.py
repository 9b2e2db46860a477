"""Moments that were kept, and ways compared, as pages."""

from __future__ import annotations

from typing import Any

from simulator.widgets.checkpoints import Checkpoints, Kept, Restored


def moment(name: str, earned: int, hints: int = 0, **more: Any) -> dict[str, Any]:
    plain = {
        "name": name,
        "at": "2026-11-02T12:30:00+00:00",
        "score": earned - hints,
        "points": 10,
        "lines": [
            {"what": "contain", "points": earned, "of": 10, "why": ""},
            {"what": "hints", "points": -hints, "of": None, "why": "-"},
            {"what": "outages", "points": 0, "of": None, "why": "-"},
        ],
        "times": {"attack": 60.0, "contain": 3600.0 if earned == 10 else None},
    }
    return plain | more


def cells(page: Any, first: str) -> list[str]:
    (row,) = [line for line in str(page).splitlines() if line.startswith(f"| {first} |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_a_note_says_what_is_kept_and_how_to_go_back() -> None:
    said = str(Kept({"kept": moment("one", 4), "replaced": None}))
    assert "`one` is kept, at 02 Nov 12:30 on the account's clock, with 4 of 10." in said
    assert 'lab.restore("one")' in said
    assert "place" not in said
    again = Kept({"kept": moment("one", 4), "replaced": moment("one", 3)})
    assert "It takes the place of the one of 02 Nov 12:30." in str(again)


def test_the_list_has_each_moment_with_its_score_by_phase_and_the_present() -> None:
    answer = {"checkpoints": [moment("one", 4, 1), moment("two", 10)], "here": moment("", 7)}
    page = Checkpoints(answer)
    assert [one["name"] for one in page.kept] == ["one", "two"]
    assert cells(page, "checkpoint") == [
        "checkpoint",
        "account's time",
        "contain",
        "less",
        "score",
    ]
    assert cells(page, "`one`")[1:] == ["02 Nov 12:30", "4/10", "\N{MINUS SIGN}1", "3 of 10"]
    assert cells(page, "`two`")[2:] == ["10/10", "0", "10 of 10"]
    assert cells(page, "*now*")[2:] == ["7/10", "0", "7 of 10"]
    assert "<table>" in page._repr_html_()


def test_without_any_the_list_says_how_to_keep_one() -> None:
    said = str(Checkpoints({"checkpoints": [], "here": moment("", 0)}))
    assert 'lab.checkpoint("a name")' in said


def test_a_restore_shows_the_way_that_was_left_beside_the_moment_gone_back_to() -> None:
    page = Restored({"left": moment("before-restore", 10, 2), "restored": moment("one", 4, 2)})
    assert cells(page, "contain")[1:] == ["10 of 10", "4 of 10"]
    assert cells(page, "hints")[1:] == ["\N{MINUS SIGN}2", "\N{MINUS SIGN}2"]
    assert cells(page, "**score**")[1:] == ["**8 of 10**", "**2 of 10**"]
    assert cells(page, "contained after")[1:] == ["1 h 00 min", "not yet"]
    assert 'lab.restore("before-restore")' in str(page)
    assert "no restore takes them back" in str(page)
