"""Integrity signals: what there is to ask about, and what is innocent."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from simulator.gradebook.book import book
from simulator.gradebook.signal import Kind, Signal, some
from simulator.gradebook.signals import integrity, signals
from simulator.grading.result import Outcome, Result
from simulator.grading.traces import CellTrace, Traces
from tests.gradebook.evening import LAB, Handed, check, result, traced, unrun

ADAS, BOBS, EVES = ("111111111111", "AKIAADAADAADAADAADAA"), ("222222222222",), ("333333333333",)


def found(results: Sequence[Result], *handed_in: Handed) -> list[Signal]:
    return signals(book(results, None, handed_in))


def told(given: Sequence[Signal]) -> list[tuple[Kind, str, tuple[str, ...]]]:
    return [(each.kind, each.learner, each.others) for each in given]


def class_of(**traces: Traces) -> list[Signal]:
    return found(
        [result(name) for name in traces],
        *(Handed(name, traces=each) for name, each in traces.items()),
    )


def test_the_same_code_is_told_of_everybody_who_has_it() -> None:
    given = class_of(ada=traced("abc"), bob=traced("abc"), eve=traced("xyz"))
    assert told(given) == [
        (Kind.IDENTICAL, "ada", ("bob",)),
        (Kind.IDENTICAL, "bob", ("ada",)),
    ]


def test_little_code_is_the_same_by_chance() -> None:
    assert class_of(ada=traced("a", size=299), bob=traced("a", size=299)) == []
    assert len(class_of(ada=traced("a", size=300), bob=traced("a", size=300))) == 2


def test_what_the_lab_hands_out_is_nobody_s() -> None:
    given = tuple(CellTrace(index, f"given{index}", 500, True, index, True) for index in range(9))
    assert class_of(ada=Traces("", "", given), bob=Traces("", "", given)) == []


def test_the_same_code_for_another_lab_is_another_thing() -> None:
    results = [result("ada"), result("bob", "s3-public-pii")]
    handed_in = [
        Handed("ada", traces=traced("abc")),
        Handed("bob", "s3-public-pii", traces=traced("abc")),
    ]
    assert found(results, *handed_in) == []


def test_most_cells_in_common_is_nearly_identical() -> None:
    given = class_of(ada=traced("abcde"), bob=traced("abcdx"), eve=traced("abcxy"))
    near = [(Kind.NEAR, "ada", ("bob",)), (Kind.NEAR, "bob", ("ada", "eve"))]
    assert told(given) == [*near, (Kind.NEAR, "eve", ("bob",))]
    assert given[0].said == "Up to 80 percent of the code is in the same cells as that of bob."


def test_a_small_solution_inside_of_a_large_one_is_not() -> None:
    assert class_of(ada=traced("ab"), bob=traced("abcdefgh")) == []


def test_another_account_s_id_in_the_code_is_told_with_whose_it_is() -> None:
    results = [result("ada", marks=ADAS), result("bob", marks=BOBS)]
    words = frozenset({"iam", ADAS[0], BOBS[0]})
    (signal,) = found(results, Handed("bob", traces=traced("abc", words=words)))
    assert told([signal]) == [(Kind.MARKS, "bob", ("ada",))]
    assert signal.said == "The code or an answer has 111111111111, of the account of ada."


def test_so_is_one_in_an_answer_also_within_an_arn() -> None:
    answers = {"principals": ["arn:aws:iam::111111111111:user/eve"], "key": "x"}
    results = [result("ada", marks=ADAS), result("bob", marks=BOBS, answers=answers)]
    assert told(found(results)) == [(Kind.MARKS, "bob", ("ada",))]


def test_names_are_marks_where_there_are_several_and_few_have_them() -> None:
    names = ("carla.reyes", "backup.agent7")

    def of(*words: str) -> list[Signal]:
        results = [result("ada", marks=names), result("bob", marks=BOBS)]
        return found(results, Handed("bob", traces=traced("abc", words=frozenset(words))))

    assert told(of(*names)) == [(Kind.MARKS, "bob", ("ada",))]
    assert of(names[0]) == []
    common = [result(each, marks=names) for each in ("ada", "cyd", "dan", "eve")]
    handed_in = Handed("bob", traces=traced("abc", words=frozenset(names)))
    assert found([*common, result("bob", marks=BOBS)], handed_in) == []


def test_who_has_the_same_seed_has_the_same_marks() -> None:
    results = [result("ada", marks=ADAS), result("bob", marks=ADAS)]
    assert found(results, Handed("bob", traces=traced("abc", words=frozenset(ADAS)))) == []


def test_the_learner_s_own_other_lab_is_no_other_account() -> None:
    results = [result("bob", "s3-public-pii", marks=ADAS), result("bob", marks=BOBS)]
    assert found(results, Handed("bob", traces=traced("abc", words=frozenset(ADAS)))) == []


def test_outputs_of_another_account_are_told() -> None:
    results = [result("ada", marks=ADAS), result("bob", marks=BOBS)]
    shown = frozenset({ADAS[0], "999999999999"})
    (signal,) = found(results, Handed("bob", traces=traced("abc", shown=shown)))
    assert signal.kind is Kind.SHOWN
    assert signal.said == "Outputs show 111111111111, of the account of ada."


def test_a_note_about_the_token_is_told() -> None:
    note = "It carries the token of ada, but lies where another's is."
    (signal,) = found([result("bob")], Handed("bob", notes=(note,)))
    assert (signal.kind, signal.said) == (Kind.TOKEN, note)


def test_a_notebook_without_history_is_told() -> None:
    given = class_of(ada=traced("abc", counts=[None] * 3), bob=traced("de", counts=[None] * 2))
    assert told(given) == [(Kind.NO_HISTORY, "ada", ())]


def test_outputs_without_counts_are_told() -> None:
    cells = tuple(CellTrace(index, f"c{index}", 50, False, None, True) for index in range(3))
    assert told(class_of(ada=Traces("", "", cells))) == [(Kind.UNCOUNTED, "ada", ())]


def test_going_back_now_and_then_is_how_people_work() -> None:
    assert class_of(ada=traced("abcdefgh", counts=[1, 2, 9, 4, 5, 6, 7, 8])) == []
    (signal,) = class_of(ada=traced("abcdefgh", counts=[8, 7, 6, 5, 1, 2, 3, 4]))
    assert signal.kind is Kind.ORDER
    assert signal.said == "All 8 code cells were run, 4 of them before the cell above."


def test_outputs_that_claim_more_than_the_account_are_told() -> None:
    checks = tuple(check(f"c{index}", "PASSED" if index < 3 else "FAILED") for index in range(10))

    def of(*claims: tuple[int, int], outcome: Outcome = Outcome.RAN) -> list[Signal]:
        traces = traced("abc", claims=claims)
        given = result("ada", LAB, *checks, outcome=outcome)
        return found([given], Handed("ada", traces=traces))

    (signal,) = of((12, 40), (40, 40))
    assert signal.kind is Kind.CLAIM
    assert "40 of 40 points" in signal.said
    assert "has 12." in signal.said
    assert of((40, 40), (12, 40)) == [], "the last one counts"
    assert of((16, 40)) == [], "outages and hints make a difference of some points"
    assert of((15, 15)) == [], "a phase's points are no claim about the whole"
    assert of() == []


def test_no_claim_is_wrong_where_the_grader_broke() -> None:
    traces = traced("abc", claims=[(54, 54)])
    assert found([unrun(Outcome.ERROR)], Handed("ada", traces=traces)) == []


def test_a_response_in_one_cell_is_told_where_it_works() -> None:
    one = traced("a", size=2000)
    (signal,) = found([result("ada")], Handed("ada", traces=one))
    assert signal.kind is Kind.ONE_CELL
    failed = result("ada", LAB, check("a", "FAILED"))
    assert found([failed], Handed("ada", traces=one)) == []
    assert found([result("ada")], Handed("ada", traces=traced("a", size=100))) == []


def test_the_strongest_come_first_and_each_has_innocent_reasons() -> None:
    given = class_of(
        ada=traced("abc", counts=[None] * 3), bob=traced("abc", counts=[3, 2, 1]), eve=traced("xyz")
    )
    assert [each.kind for each in given] == [
        Kind.IDENTICAL,
        Kind.IDENTICAL,
        Kind.NO_HISTORY,
        Kind.ORDER,
    ]
    rows = list(csv.DictReader(io.StringIO(integrity(given).removeprefix("\ufeff"))))
    assert [row["weight"] for row in rows] == ["strong", "strong", "weak", "weak"]
    assert rows[0]["with"] == "bob"
    assert all(row["innocent reasons"] for row in rows)
    weights = ("strong", "medium", "weak")
    order = [weights.index(kind.value.weight) for kind in Kind]
    assert order == sorted(order)


def test_many_names_are_told_in_short() -> None:
    assert some(("a",)) == "a"
    assert some(("a", "b", "c")) == "a, b and c"
    assert some(tuple("abcdefg")) == "a, b, c, d, e and 2 more"
