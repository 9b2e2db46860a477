"""Buttons: they call the Lab's methods and show what those return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.errors import NotYourTurn
from simulator.widgets.panel import panel


class Desk:
    """In the place of a Lab: notes what it is asked, and answers with one sentence."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.error: Exception | None = None

    def _answer(self, *asked: Any) -> str:
        self.asked.append(asked)
        if self.error:
            raise self.error
        return f"answer to {asked[0]}"

    def check(self, phase: str | None = None) -> str:
        return self._answer("check", phase)

    def hint(self, check: str | None = None) -> str:
        return self._answer("hint", check)

    def wait(self, **duration: float) -> str:
        return self._answer("wait", duration)

    def report(self) -> str:
        return self._answer("report")

    def checkpoint(self, name: str | None = None) -> Any:
        said = self._answer("checkpoint", name)
        return said if name is not None else Listed()

    def restore(self, name: str) -> str:
        return self._answer("restore", name)


class Listed:
    """The checkpoints that there are."""

    kept = ({"name": "start"}, {"name": "before-restore"})


def parts(lab: Any) -> tuple[dict[str, Any], Any, Any]:
    """Buttons by label, the choice of a phase, and where answers are shown."""
    row, moments, answer = panel(lab).children
    both = (*row.children, *moments.children)
    buttons = {each.description: each for each in both if hasattr(each, "click")}
    return buttons, row.children[1], answer


def name_field(lab: Any) -> tuple[dict[str, Any], Any]:
    """The buttons of checkpoints, and the field for a name."""
    _, moments, _ = panel(lab).children
    field, *buttons = moments.children
    return {each.description: each for each in buttons}, field


def test_every_button_asks_the_lab_and_nothing_else() -> None:
    desk = Desk()
    buttons, phase, _ = parts(desk)
    assert desk.asked == [], "a panel asks nothing by itself"
    for button in buttons.values():
        button.click()
    phase.value = "contain"
    buttons["Check"].click()
    assert desk.asked == [
        ("check", None),
        ("hint", None),
        ("wait", {"hours": 1}),
        ("report",),
        ("checkpoint", ""),
        ("restore", ""),
        ("checkpoint", None),
        ("check", "contain"),
    ]


def test_a_moment_is_kept_and_gone_back_to_by_the_name_in_the_field() -> None:
    """The list fills in what can be chosen."""
    desk = Desk()
    buttons, field = name_field(desk)
    field.value = "before-terminate"
    buttons["Keep"].click()
    buttons["Go back"].click()
    assert desk.asked == [("checkpoint", "before-terminate"), ("restore", "before-terminate")]
    assert field.options == ()
    buttons["Checkpoints"].click()
    assert field.options == ("start", "before-restore")


def test_all_phases_of_a_response_can_be_chosen() -> None:
    _, phase, _ = parts(Desk())
    every, *each = [value for _, value in phase.options]
    assert not every
    assert each == ["detect", "contain", "eradicate", "recover", "learn"]


def test_the_answer_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    buttons, _, _ = parts(Desk())
    buttons["Report"].click()
    assert "answer to report" in capsys.readouterr().out


def test_an_error_of_the_simulator_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk()
    desk.error = NotYourTurn("This token opens no lab here.")
    buttons, _, _ = parts(desk)
    buttons["Check"].click()
    said = capsys.readouterr().out
    assert said.endswith("This token opens no lab here.\n")
    assert "Traceback" not in said


def test_a_real_labs_panel_shows_what_its_check_returns(learner: Any) -> None:
    said = learner.run("""
    import contextlib, io
    row, _, answer = lab.panel().children
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        row.children[0].click()
    [str(lab.check()) in printed.getvalue(), lab.check().solved]""")
    assert said == [True, False]


def test_without_ipywidgets_the_error_says_what_to_install(kernels: Callable[..., Any]) -> None:
    said = kernels().refused("""
    import sys
    sys.modules["ipywidgets"] = None
    from simulator.widgets.panel import panel
    panel(None)""")
    assert said.startswith("MissingPackage: lab.panel() needs ipywidgets")
    assert "pip install ipywidgets" in said
