"""The after-action report as text, as HTML and as files."""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ElementTree
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from simulator.widgets.report import Report
from tests.widgets.after_action import report

HOSTILE = "`</code></title><script>alert(1)</script> '\"><img src=x onerror=alert(2)> |[x](javascript:alert(3))"
HEADINGS = (
    "Summary", "Impact", "Timeline (UTC)", "Root cause", "Detection", "Response", "Recovery",
    "What went well", "What went badly", "Where we got lucky", "Action items",
)  # fmt: skip


def undetected() -> dict[str, Any]:
    times = {**report()["times"], "mistake": None, "attack": None}
    return report(detected=False, attack=None, times=times, phases={}, cause="")


def test_a_report_has_its_parts_in_order() -> None:
    said = str(Report(report()))
    parts = ("## Report:", "### Timeline", "### Blast radius", "### What still worked when",
             "### Verdicts", "## Post-mortem (draft)")  # fmt: skip
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    html = Report(report())._repr_html_()
    places = [html.index(part.strip("# ")) for part in parts]
    assert places == sorted(places)


def test_the_head_says_when_it_was_and_how_it_stands() -> None:
    said = str(Report(report()))
    for part in (
        "The attack began 25 November 2026, 22:00, you arrived 26 November 2026, 05:00",
        "it is now 26 November 2026, 13:00 UTC. **Not solved yet.** 3 of 5 points",
        "- `key`: `AKIA1`",
        "- `evidence`: nothing yet",
        "Hints taken: `key_is_dead` 2.",
    ):
        assert part in said


def test_the_radius_is_summed_up_in_a_sentence() -> None:
    said = str(Report(report()))
    assert (
        "When you arrived: 2 credentials reached 2 buckets, 1 role, and could administer IAM: so "
        "everything. **Now: 1 credential reached 1 bucket.**"
    ) in said
    nothing = {**report()["reach"][1], "edges": []}
    assert "**Now: nothing.**" in str(Report(report(reach=[report()["reach"][0], nothing])))


def test_the_radius_in_words_has_a_row_for_each_right_before_and_now() -> None:
    said = str(Report(report()))
    for row in (
        "| deployer (an access key) | buckets: one | lists, reads, writes | no |",
        "| deployer (an access key) | role: export | takes | no |",
        "| export/x (a role session) | buckets: two | lists, reads | lists, reads |",
    ):
        assert row in said


def test_what_worked_when_is_a_matrix_of_ticks() -> None:
    said = str(Report(report()))
    assert "| up to, UTC | 26 Nov 06:30 | 08:45 | 11:45 |" in said
    assert "| a role session | ● | ○ |  |" in said
    assert "| the site's deployment | ✔ | ✘ | ✔ |" in said
    assert "| reports |  | ✔ |  |" in said
    assert "Nothing was tried" in str(Report(report(worked={"ways": [], "workloads": []})))


def test_the_post_mortem_fills_in_facts_and_leaves_judgement_blank() -> None:
    _, _, draft = str(Report(report())).partition("## Post-mortem (draft)")
    assert [each for each in HEADINGS if f"### {each}\n" in draft] == list(HEADINGS)
    for fact in (
        "From 25\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}22:00 on an adversary made 64 attempts",
        "- 3 objects of `one` read, 12,345 bytes",
        "- Changed in the account: `CreateUser ghost`",
        "Outage of the site's deployment: 2 h 15 min",
        "A key in a repository.",
        "| arn:aws:iam::111122223333:user/deployer | `203.0.113.9` |",
        "The attack was 7 h 00 min old when you arrived.",
        "UpdateAccessKey",
        "(refused: DeleteConflict)",
        "- The key is dead.",
        "- The pipeline no longer deploys.",
        "- outages: 2 h 15 min",
    ):
        assert fact in draft, fact
    assert draft.count("> _Your judgement: ") >= 9


def test_before_detection_the_adversary_is_a_sentence() -> None:
    shown = Report(undetected())
    for text in (str(shown), shown._repr_html_()):
        assert "once your DETECT checks hold" in text
        assert "203.0.113.9" not in text
        assert "The attack began" not in text


def test_one_picture_is_enough_where_nothing_has_changed() -> None:
    before = report()["reach"][0]
    assert set(Report(report()).pictures) == {"timeline", "before", "now"}
    assert set(Report(report(reach=[before, before])).pictures) == {"timeline", "now"}
    assert set(Report(report(reach=[None, before])).pictures) == {"timeline", "now"}


def hostile(value: Any) -> Any:
    """The same data with hostile text in the place of every name."""
    if isinstance(value, dict):
        return {key: hostile(each) for key, each in value.items()}
    if isinstance(value, list):
        return [hostile(each) for each in value]
    names = {"CreateUser", "deployer", "export", "GetObject", "one", "buckets", "a role session",
             "the site's deployment", "AKIA1", "InvalidAccessKeyId", "A key in a repository.",
             "The key in the commit", "DeleteConflict", "CreateUser ghost", "203.0.113.9",
             "lists", "an access key", "The key is dead."}  # fmt: skip
    return HOSTILE if value in names else value


def test_hostile_text_is_shown_and_not_obeyed(tmp_path: Path) -> None:
    shown = Report(hostile(report()))
    page, *_ = shown.save(tmp_path / "x")
    for html in (shown._repr_html_(), page.read_text(encoding="utf-8")):
        assert not re.search(r"<(script|img)|href=.javascript", html)
        assert "&lt;script&gt;" in html
        assert html.count("<title>") == html.count("</title>")
    for drawn in shown.pictures.values():
        ElementTree.fromstring(drawn)


@pytest.mark.parametrize("name", ["timeline", "before", "now"])
def test_a_picture_says_what_it_is_and_its_table_says_the_same(name: str) -> None:
    shown = Report(report())
    root = ElementTree.fromstring(shown.pictures[name])
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    html = shown._repr_html_()
    assert "<summary>The timeline as a table</summary>" in html
    assert "<summary>The blast radius as a table</summary>" in html
    for operation in ("CreateUser", "StopLogging", "UpdateAccessKey"):
        assert f"<td>{operation}" in html


def test_saved_files_are_where_it_was_asked_and_refer_to_each_other(tmp_path: Path) -> None:
    shown = Report(report())
    files = shown.save(tmp_path / "deep" / "case")
    names = ["case.html", "case.md", "case-timeline.svg", "case-before.svg", "case-now.svg"]
    assert [each.name for each in files] == names
    assert sorted(each.name for each in (tmp_path / "deep").iterdir()) == sorted(names)
    markdown = (tmp_path / "deep" / "case.md").read_text(encoding="utf-8")
    assert re.findall(r"!\[.*?\]\((.*?)\)", markdown) == names[2:]
    assert all(str(file) in str(shown) for file in files)


@pytest.mark.parametrize("given", ["", "/", "/report", "/report.html", "/report.md"])
def test_a_folder_or_a_stem_or_a_file_of_the_two_will_do(given: str, tmp_path: Path) -> None:
    files = Report(report()).save(f"{tmp_path}{given}")
    assert {each.parent for each in files} == {tmp_path}
    assert files[0].name == "report.html"


def test_saving_again_replaces_the_files(tmp_path: Path) -> None:
    Report(report()).save(tmp_path)
    Report(report(title="Another case")).save(tmp_path)
    for name in ("report.html", "report.md"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "Another case" in text
        assert "The key in the commit" not in text


def test_a_saved_page_and_its_pictures_follow_the_theme(tmp_path: Path) -> None:
    for file in Report(report()).save(tmp_path):
        if file.suffix in {".html", ".svg"}:
            assert "prefers-color-scheme:dark" in file.read_text(encoding="utf-8"), file.name


def test_a_picture_in_a_notebook_takes_the_colours_around_it() -> None:
    for drawn in Report(report()).pictures.values():
        assert "prefers-color-scheme" not in drawn
        assert "var(--jp-" in drawn
        colours = set(re.findall(r"(?:fill|stroke)='(.*?)'", drawn))
        plain = {each for each in colours if not each.startswith("var(")}
        assert plain <= {"none", "currentColor"}


def test_a_report_is_not_changed_by_being_shown() -> None:
    data = report()
    kept = copy.deepcopy(data)
    shown = Report(data)
    assert list(chain([str(shown)], [shown._repr_html_()])) == [str(shown), shown._repr_html_()]
    assert data == kept
