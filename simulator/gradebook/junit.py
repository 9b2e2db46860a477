"""The results as JUnit XML, which build servers and editors show.

By the schema that Jenkins's xUnit plugin has for JUnit: no attribute that another reader refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from simulator.gradebook.book import Book, Lab, Learner
from simulator.gradebook.plain import plain, plain_lines
from simulator.grading.result import Outcome, Result

_OF_VERDICT = {"PASSED": "", "FAILED": "failure", "NOT_ATTEMPTED": "skipped", "ERROR": "error"}
_OF_CELL = {"passed": "", "failed": "failure", "skipped": "skipped"}
_OF_OUTCOME = {
    Outcome.RAN: "",
    Outcome.STOPPED: "failure",
    Outcome.TIMED_OUT: "failure",
    Outcome.NOT_RUN: "error",
    Outcome.ERROR: "error",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """`what` is empty for what passed, else the name of the element that says it didn't."""

    group: str
    name: str
    what: str
    message: str = ""
    text: str = ""


def junit(book: Book) -> str:
    """junit.xml: a suite for each submission; a case for its run, each check and each code cell."""
    suites = ET.Element("testsuites", name="drill grade")
    totals = dict.fromkeys(("tests", "failures", "errors"), 0)
    for learner in book.learners:
        for lab, result in book.of_learner(learner):
            suite = _suite(learner, lab, result)
            suites.append(suite)
            for name in totals:
                totals[name] += int(suite.attrib[name])
    suites.attrib.update({name: str(count) for name, count in totals.items()})
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _suite(learner: Learner, lab: Lab, result: Result) -> ET.Element:
    cases = list(_cases(result))
    counts = {
        "tests": len(cases),
        "failures": sum(case.what == "failure" for case in cases),
        "errors": sum(case.what == "error" for case in cases),
        "skipped": sum(case.what == "skipped" for case in cases),
    }
    attributes = {name: str(count) for name, count in counts.items()}
    suite = ET.Element("testsuite", {"name": plain(f"{learner.id}: {lab.id}"), **attributes})
    for case in cases:
        group = plain(f"{learner.id}.{lab.id}.{case.group}")
        element = ET.SubElement(suite, "testcase", classname=group, name=plain(case.name))
        if case.what == "skipped":
            ET.SubElement(element, "skipped").text = plain_lines(case.message)
        elif case.what:
            said = ET.SubElement(element, case.what, message=plain(case.message))
            said.text = plain_lines(case.text or case.message)
    return suite


def _cases(result: Result) -> Iterator[_Case]:
    told = f"{result.outcome}: {result.said}" if result.said else str(result.outcome)
    yield _Case("run", "every cell is run", _OF_OUTCOME[result.outcome], told)
    for check in result.checks:
        name = f"{check['name']}: {check['claim']}"
        yield _Case(check["phase"], name, _OF_VERDICT[check["verdict"]], check["reason"])
    for cell in result.cells:
        what = _OF_CELL.get(cell.verdict, "error")
        yield _Case("cells", f"cell {cell.index + 1}", what, cell.error, cell.traceback)
