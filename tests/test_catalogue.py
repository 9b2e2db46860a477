"""Scenarios are found by looking, and a faulty one says what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import catalogue
from simulator.errors import ScenarioError, UnknownScenario

TINY = '''
from simulator.scenario import Phase, Scenario, check

scenario = Scenario(
    title="Tiny", pillar="-", severity="low", difficulty=1, minutes=1, attack=(), controls=(),
    principals={},
)

def baseline(admin):
    """Nothing."""

@check(Phase.CONTAIN, points=3)
def first():
    """The first
    claim."""

@check(Phase.RECOVER, points=2, needs="first")
def second():
    """The second claim."""
'''
FIXES = '''
from simulator.scenario import fix

@fix()
def reference():
    """The
    right one."""

@fix(first="Nothing was done")
def do_nothing():
    """The wrong one."""

def not_a_fix():
    pass
'''


def write(folder: Path, **files: str) -> Path:
    """A scenario's folder."""
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_every_folder_with_a_scenario_is_in_the_catalogue() -> None:
    found = catalogue.ids()
    assert "iam-leaked-key" in found
    assert found == sorted(found)
    assert all((catalogue.FOLDER / each / "briefing.md").exists() for each in found)


def test_a_scenario_is_read_once() -> None:
    assert catalogue.load("iam-leaked-key") is catalogue.load("iam-leaked-key")


@pytest.mark.parametrize(
    ("wanted", "nearest"),
    [("iam-leaked-kee", "iam-leaked-key"), ("leaked-key", "iam-leaked-key")],
)
def test_an_unknown_id_names_the_nearest(wanted: str, nearest: str) -> None:
    with pytest.raises(UnknownScenario) as caught:
        catalogue.load(wanted)
    said = (
        f"There is no scenario {wanted!r}. Did you mean {nearest!r}? `drill list` shows them all."
    )
    assert str(caught.value) == said


@pytest.mark.parametrize("wanted", ["", "qqqq", "../scenarios/iam-leaked-key", "/etc", "."])
def test_an_id_that_is_near_to_none_or_a_path_is_unknown(wanted: str) -> None:
    with pytest.raises(UnknownScenario, match="There is no scenario"):
        catalogue.load(wanted)


def test_a_folder_is_read_with_its_checks_in_their_order_and_its_fixes(tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny-whole", scenario=TINY, fixes=FIXES)
    play = catalogue.read(folder)
    assert (play.id, play.scenario.title, play.points) == ("tiny-whole", "Tiny", 5)
    assert [(each.name, each.claim, each.needs) for each in play.checks] == [
        ("first", "The first claim.", ()),
        ("second", "The second claim.", ("first",)),
    ]
    assert {name: (each.claim, dict(each.fails)) for name, each in play.fixes.items()} == {
        "reference": ("The right one.", {}),
        "do-nothing": ("The wrong one.", {"first": "Nothing was done"}),
    }


def test_two_folders_of_one_name_are_two_scenarios(tmp_path: Path) -> None:
    one = catalogue.read(write(tmp_path / "a" / "twin", scenario=TINY))
    other = catalogue.read(write(tmp_path / "b" / "twin", scenario=TINY.replace("Tiny", "Other")))
    assert (one.scenario.title, other.scenario.title) == ("Tiny", "Other")


def test_a_text_that_is_not_there_is_empty(tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny-text", scenario=TINY)
    (folder / "briefing.md").write_text("# Brief — ü", encoding="utf-8")
    play = catalogue.read(folder)
    assert (play.text("briefing.md"), play.text("hints.md")) == ("# Brief — ü", "")


def test_a_missing_act_is_named_with_its_file(tmp_path: Path) -> None:
    play = catalogue.read(write(tmp_path / "tiny-act", scenario=TINY))
    assert play.act("baseline").__name__ == "baseline"
    with pytest.raises(ScenarioError, match=r"tiny-act/scenario\.py has no act detonate\(\)"):
        play.act("detonate")


def test_a_module_without_a_scenario_says_so(tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny-none", scenario="scenario = 'a text'")
    with pytest.raises(ScenarioError, match=r"has no `scenario = Scenario\(…\)`"):
        catalogue.read(folder)


@pytest.mark.parametrize("needed", ["third", "second"])
def test_a_check_can_only_need_one_above_it(tmp_path: Path, needed: str) -> None:
    folder = write(tmp_path / f"tiny-{needed}", scenario=TINY.replace('"first"', f'"{needed}"'))
    with pytest.raises(ScenarioError, match=rf"second\(\) needs '{needed}', which is not a check"):
        catalogue.read(folder)


def test_missing_files_are_named(tmp_path: Path) -> None:
    play = catalogue.read(write(tmp_path / "tiny-fixless", scenario=TINY))
    with pytest.raises(ScenarioError, match=r"fixes\.py is missing"):
        _ = play.fixes
    with pytest.raises(ScenarioError, match=r"scenario\.py is missing"):
        catalogue.read(tmp_path / "nowhere")


def test_a_module_that_broke_is_read_anew_when_it_is_mended(tmp_path: Path) -> None:
    folder = write(tmp_path / "tiny-broken", scenario="1 / 0\n")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            catalogue.read(folder)
    (folder / "scenario.py").write_text("# mended\n" + TINY)
    assert catalogue.read(folder).points == 5
