"""The overview and the feedback pages: what is on them, and what no text from outside can make of them."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from simulator.gradebook.book import book
from simulator.gradebook.charts import BINS, distribution, lasted, times
from simulator.gradebook.feedback import feedback
from simulator.gradebook.overview import overview
from simulator.gradebook.page import page, rows
from simulator.gradebook.signal import Kind, Signal
from simulator.grading.result import Cell, Outcome, Result
from simulator.roster import Member, Roster
from tests.gradebook.evening import HOSTILE, LAB, Handed, Reader, check, result, unrun

HARMLESS = {"class", "href", "style", "colspan", "title", "aria-label", "role", "lang", "charset"}


def pages(
    *results: Result, roster: Roster | None = None, handed_in: tuple[Handed, ...] = ()
) -> dict[str, str]:
    made = book(results, roster, handed_in)
    told = {learner.id: feedback(made, learner) for learner in made.learners}
    return told | {"overview": overview(made, [])}


def hostile(outcome: Outcome = Outcome.RAN) -> Result:
    """A result of which every text is an attack."""
    checks = [
        check(name, verdict, claim=HOSTILE, reason=HOSTILE)
        for name, verdict in (("a", "PASSED"), ("b", "FAILED"), ("c", "ERROR"))
    ]
    lines = ({"what": HOSTILE, "points": 3, "of": 4, "why": HOSTILE},)
    cells = (Cell(3, "failed", HOSTILE, f"{HOSTILE}\n{HOSTILE}"), Cell(5, "skipped"))
    return result(HOSTILE, LAB, *checks, outcome=outcome, said=HOSTILE, lines=lines, cells=cells)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_no_text_from_outside_makes_an_element(outcome: Outcome) -> None:
    twin = {"learner": "x\x00</title><svg onload=alert(1)>"}
    given = [hostile(outcome), result(**twin)]
    stray = Handed(HOSTILE, "", HOSTILE, HOSTILE)
    for html in pages(*given, handed_in=(stray,)).values():
        seen = Reader(html)
        assert not {"script", "img", "iframe", "object", "link", "form"} & set(seen.elements)
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        targets = [value for name, value in seen.attributes if name in {"href", "src"}]
        assert all(re.fullmatch(r"feedback/[\w%.-]+\.html", target) for target in targets)


def test_signals_are_no_elements_either() -> None:
    made = book([hostile()])
    html = overview(made, [Signal(Kind.TOKEN, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))])
    assert not {"script", "img"} & set(Reader(html).elements)


def test_a_page_asks_for_nothing_and_runs_nothing() -> None:
    for html in pages(result("ada"), result("bob", LAB, check("a", "FAILED"))).values():
        assert "default-src 'none'" in html
        assert not re.search(r"(?:src|@import|url)\s*[=(]\s*['\"]?(?:https?:|//)", html)


def test_feedback_has_points_as_a_sum_each_check_and_its_sentence() -> None:
    lines = (
        {"what": "contain", "points": 4, "of": 8, "why": ""},
        {"what": "outages", "points": -1, "of": None, "why": "1 h without the site"},
    )
    checks = (check("a"), check("b", "FAILED", reason="Still reads."), check("c", "NOT_ATTEMPTED"))
    shown = Reader(pages(result("ada", LAB, *checks, lines=lines, points=3))["ada"]).text
    assert "The key in the commit" in shown
    for text in ("It holds: a.", "It holds: b.", "Still reads.", "Nothing was tried."):
        assert text in shown
    assert "1 h without the site" in shown
    assert "\N{MINUS SIGN}1" in shown
    assert "3 of 12 points" in shown


def test_feedback_of_several_labs_adds_up() -> None:
    given = [result("ada"), result("ada", "s3-public-pii", check(points=2))]
    assert "4 + 2 = 6 of 6 points" in Reader(pages(*given)["ada"]).text


def test_a_cell_that_failed_is_there_with_its_error() -> None:
    cells = (
        Cell(2, "passed"),
        Cell(6, "failed", "KeyError: '<x>'", "Traceback\n  here\nKeyError: '<x>'"),
        Cell(8, "skipped"),
    )
    given = result("ada", cells=cells, outcome=Outcome.STOPPED, said="The kernel ended in cell 7.")
    shown = Reader(pages(given)["ada"]).text
    assert "1 of 3 code cells failed" in shown
    assert "Cell 7: KeyError: '<x>'" in shown
    assert "Traceback\n  here\nKeyError: '<x>'" in shown
    assert "1 code cells were not reached." in shown
    assert "What it had done until then counts. The kernel ended in cell 7." in shown


def test_what_to_read_next_is_about_the_phases_that_are_open() -> None:
    checks = (check("a"), check("b", "FAILED", phase="recover"))
    shown = Reader(pages(result("ada", LAB, *checks))["ada"])
    assert "What to read next" in shown.text
    assert "Recover" in shown.text
    assert "Contain\n" not in shown.text
    done = Reader(pages(result("ada", LAB, check("a")))["ada"]).text
    assert "What to read next" not in done


def test_feedback_has_nothing_of_anybody_else_s() -> None:
    secret = "only-bob-has-this"
    bob = result(
        "bob-the-other",
        LAB,
        check("a", "FAILED", reason=secret),
        said=secret,
        marks=(secret,),
        answers={"key": secret},
        cells=(Cell(1, "failed", secret, secret),),
    )
    roster = Roster([Member("bob-the-other", "token-of-bob", 7, "Bob Other", "bob@example.edu")])
    html = pages(result("ada", LAB, check("a", "FAILED")), bob, roster=roster)["ada"]
    for text in (secret, "bob", "Bob", "token-of-bob"):
        assert text not in html


def test_no_page_tells_a_token_or_a_seed() -> None:
    roster = Roster([Member("ada", "token-of-ada", 987654321, "Ada")])
    for html in pages(result("ada", seed=987654321), roster=roster).values():
        assert "token-of-ada" not in html
        assert "987654321" not in html


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (unrun(Outcome.NOT_RUN, said="It is no JSON."), "could not be run as a notebook"),
        (unrun(Outcome.ERROR), "The grader broke here, not you."),
        (result(outcome=Outcome.TIMED_OUT), "took too long"),
    ],
)
def test_feedback_says_what_became_of_a_run(given: Result, said: str) -> None:
    assert said in Reader(pages(given)["ada"]).text


def test_who_handed_in_nothing_reads_that() -> None:
    roster = Roster([Member("bob", "t", 1, "Bob")])
    assert "Nothing was handed in." in Reader(pages(roster=roster)["bob"]).text


def test_the_overview_says_who_needs_something_and_what_to_do() -> None:
    given = [
        result("ada", outcome=Outcome.STOPPED, said="It used 3 GiB."),
        result("bob", outcome=Outcome.TIMED_OUT),
        unrun(Outcome.NOT_RUN, "cyd", said="It is no JSON."),
        unrun(Outcome.ERROR, "dan", said="The worker died."),
        result("eve", LAB, check("broken_check", "ERROR")),
    ]
    stray = Handed("fay", "", "fay.ipynb", "No cell says which lab.")
    shown = Reader(pages(*given, handed_in=(stray,))["overview"]).text
    for text in (
        "It used 3 GiB.",
        "The time was up",
        "It is no JSON.",
        "Run the same command again",
        "broken_check",
        "fay.ipynb: No cell says which lab.",
    ):
        assert text in shown


def test_nothing_is_to_be_looked_at_where_all_went_well() -> None:
    shown = Reader(pages(result("ada"))["overview"]).text
    assert "To be looked at" not in shown
    assert "There are none." in shown


def test_the_overview_has_the_class_lab_by_lab() -> None:
    given = [
        result("ada", LAB, check("a"), check("b"), times={"contain": 60.0}),
        result(
            "bob",
            LAB,
            check("a"),
            check("b", "FAILED", reason="Open: 22."),
            times={"contain": 180.0},
        ),
        result(
            "cyd",
            LAB,
            check("a"),
            check("b", "FAILED", reason="Open: 80."),
            times={"contain": None},
        ),
    ]
    shown = Reader(pages(*given)["overview"]).text
    assert "3 submissions, 8 points possible: median 4, mean 5.3, from 4 to 8." in shown
    assert shown.index("It holds: b.") < shown.index("It holds: a.")
    assert "1 of 3" in shown
    assert "Open: …." in shown
    assert re.search(r"contain2 of 3\s*2.min1.min3.min", shown.replace("\xa0", " "))


def test_every_link_leads_to_a_page() -> None:
    learners = ["ada", "../../x", "Zoë 👩\u200d🚀", "عمر", "a#b?c"]
    made = book([result(learner) for learner in learners])
    seen = Reader(overview(made, []))
    targets = {unquote(value) for name, value in seen.attributes if name == "href"}
    assert targets == {f"feedback/{learner.page}.html" for learner in made.learners}


def test_a_name_from_right_to_left_leaves_the_rest_as_it_is() -> None:
    html = pages(result("عمر خالد"))["overview"]
    assert "<bdi>عمر خالد</bdi>" in html


def test_a_class_of_nobody_has_a_page() -> None:
    assert "learners" in Reader(pages()["overview"]).text


def test_a_distribution_counts_everybody_once() -> None:
    points = [0, 1, 9, 10, 53, 54]
    titles = re.findall(r"<title>(\d+) to (\d+) points: (\d+)</title>", distribution(points, 54))
    assert len(titles) == BINS
    for first, last, count in ((int(a), int(b), int(c)) for a, b, c in titles):
        assert count == sum(first <= each <= last for each in points)
    assert sum(int(count) for *_, count in titles) == len(points)


def test_a_distribution_of_few_possible_points_can_be_drawn() -> None:
    assert "<svg" in distribution([0, 1, 2, 2], 2)
    assert "<svg" in distribution([0], 0)


def test_times_are_a_dot_each_and_a_median() -> None:
    drawn = times([("detect", [60.0, 120.0, 86400.0]), ("contain", [0.0]), ("recover", [])])
    assert drawn.count("<circle") == 4
    assert drawn.count("<title>median") == 2
    assert "median 2 min" in drawn
    places = [float(x) for x in re.findall(r"<circle cx='([\d.]+)'", drawn)]
    assert all(0 <= x <= 340 for x in places)
    assert times([("detect", [])]) == ""


@pytest.mark.parametrize("seconds", [0.0, 7.0, 50.0, 4000.0, 10.0**6])
def test_an_axis_has_ticks_wherever_the_times_are(seconds: float) -> None:
    drawn = times([("detect", [seconds])])
    assert len(re.findall(r"\d+ (?:s|min|h|d)</text>", drawn)) >= 2


def test_less_than_a_minute_is_told_in_seconds() -> None:
    assert (lasted(59.9), lasted(60), lasted(3900)) == ("59 s", "1 min", "1 h 05 min")


def test_a_table_s_columns_of_numbers_stand_on_the_right() -> None:
    html = rows(("a", "b"), [("x", "1")], (1,))
    assert html.count('class="number"') == 2


def test_a_title_is_a_text() -> None:
    assert "<title>a&lt;b</title>" in page("a<b", [])
