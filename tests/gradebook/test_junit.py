"""junit.xml."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from simulator.gradebook.book import book
from simulator.gradebook.junit import junit
from simulator.grading.result import Cell, Outcome, Result
from tests.gradebook.evening import HOSTILE, check, result, unrun

SCHEMA = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id"}
        | {"package", "file", "log", "url", "version", "group"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": ({"name", "classname", "time"}, {"skipped", "error", "failure"}),
    "skipped": (set(), set()),
    "error": ({"type", "message"}, set()),
    "failure": ({"type", "message"}, set()),
}
"""Of each element the attributes and children that the xUnit plugin's schema for JUnit has."""


def suites(*results: Result) -> ET.Element:
    return ET.fromstring(junit(book(results)).encode())


def assert_valid(element: ET.Element) -> None:
    attributes, children = SCHEMA[element.tag]
    assert set(element.attrib) <= attributes
    for child in element:
        assert child.tag in children
        assert_valid(child)


def test_a_suite_has_the_run_each_check_and_each_cell() -> None:
    checks = (check("a"), check("b", "FAILED"), check("c", "NOT_ATTEMPTED"), check("d", "ERROR"))
    cells = (
        Cell(1, "passed"),
        Cell(3, "failed", "KeyError: 'x'", "Traceback\nKeyError: 'x'"),
        Cell(5, "skipped"),
    )
    root = suites(result("ada", "lab", *checks, cells=cells, outcome=Outcome.STOPPED, said="Gone."))
    assert_valid(root)
    (suite,) = root
    counted = {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")}
    assert counted == {
        "name": "ada: lab",
        "tests": "8",
        "failures": "3",
        "errors": "1",
        "skipped": "2",
    }
    assert [[each.tag for each in case] for case in suite] == [
        ["failure"],
        [],
        ["failure"],
        ["skipped"],
        ["error"],
        [],
        ["failure"],
        ["skipped"],
    ]
    failed = suite.findall("testcase")[6]
    assert (failed.get("classname"), failed.get("name")) == ("ada.lab.cells", "cell 4")
    (said,) = failed
    assert (said.get("message"), said.text) == ("KeyError: 'x'", "Traceback\nKeyError: 'x'")


def test_counts_of_the_suites_are_summed() -> None:
    root = suites(
        result("ada", "lab", check(), check("b", "FAILED")), unrun(Outcome.NOT_RUN, "bob", "lab")
    )
    assert_valid(root)
    assert {name: root.get(name) for name in ("tests", "failures", "errors")} == {
        "tests": "6",
        "failures": "1",
        "errors": "1",
    }


def test_any_text_is_held() -> None:
    hostile = f"{HOSTILE}]]>\x00\x08\x1b\ufffe\ud800\N{PILE OF POO}&amp;<!--"
    cells = (Cell(0, "failed", hostile, f"{hostile}\n{hostile}"),)
    root = suites(result(hostile, hostile, check(reason=hostile, verdict="FAILED"), cells=cells))
    assert_valid(root)
    shown = root[0].findall("testcase")[2][0].text or ""
    assert shown.startswith(HOSTILE)
    assert "\N{PILE OF POO}" in shown


def test_no_submission_no_suite() -> None:
    assert list(suites()) == []
