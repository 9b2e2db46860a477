"""Buttons for what `Lab` does: they call its methods and show what those return."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.errors import DrillError, MissingPackage
from simulator.scenario import Phase

if TYPE_CHECKING:
    from simulator.lab import Lab
    from simulator.widgets.checkpoints import Checkpoints


def panel(lab: Lab) -> Any:
    """Check (all or a phase), hint, wait an hour, report; checkpoints; and below, the last answer.

    Raises:
        MissingPackage: ipywidgets is not installed.
    """
    try:
        import ipywidgets as widgets
    except ImportError as error:
        raise MissingPackage("ipywidgets", "lab.panel()") from error
    phases = [("all phases", ""), *((str(phase), str(phase)) for phase in Phase)]
    phase = widgets.Dropdown(options=phases, layout=widgets.Layout(width="9em"))
    name = widgets.Combobox(
        placeholder="a checkpoint's name", ensure_option=False, layout=widgets.Layout(width="16em")
    )
    answer = widgets.Output()
    asked: dict[str, Callable[[], Any]] = {
        "Check": lambda: lab.check(phase.value or None),
        "Hint": lab.hint,
        "Wait 1 h": lambda: lab.wait(hours=1),
        "Report": lab.report,
    }
    moments: dict[str, Callable[[], Any]] = {
        "Keep": lambda: lab.checkpoint(name.value),
        "Go back": lambda: lab.restore(name.value),
        "Checkpoints": lambda: _offered(name, lab.checkpoint()),
    }
    check, *others = _buttons(asked, answer)
    return widgets.VBox(
        [
            widgets.HBox([check, phase, *others]),
            widgets.HBox([name, *_buttons(moments, answer)]),
            answer,
        ]
    )


def _buttons(asked: dict[str, Callable[[], Any]], answer: Any) -> list[Any]:
    import ipywidgets as widgets

    buttons = []
    for label, ask in asked.items():
        button = widgets.Button(description=label, layout=widgets.Layout(width="auto"))
        button.on_click(lambda _, ask=ask: _show(answer, ask))
        buttons.append(button)
    return buttons


def _offered(name: Any, listed: Checkpoints) -> Checkpoints:
    """The list, after the field has been given its names to choose from."""
    name.options = [one["name"] for one in listed.kept]
    return listed


def _show(answer: Any, ask: Callable[[], Any]) -> None:
    from IPython.display import display

    with answer:
        answer.clear_output(wait=True)
        try:
            display(ask())  # type: ignore[no-untyped-call]
        except DrillError as error:
            print(error)
