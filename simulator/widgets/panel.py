"""Buttons for what `Lab` does: they call its methods and show what those return."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.errors import DrillError, MissingPackage
from simulator.scenario import Phase

if TYPE_CHECKING:
    from simulator.lab import Lab


def panel(lab: Lab) -> Any:
    """Check (all or a phase), hint, wait an hour, report; and below, the last answer.

    Raises:
        MissingPackage: ipywidgets is not installed.
    """
    try:
        import ipywidgets as widgets
    except ImportError as error:
        raise MissingPackage("ipywidgets", "lab.panel()") from error
    phases = [("all phases", ""), *((str(phase), str(phase)) for phase in Phase)]
    phase = widgets.Dropdown(options=phases, layout=widgets.Layout(width="9em"))
    answer = widgets.Output()
    asked: dict[str, Callable[[], Any]] = {
        "Check": lambda: lab.check(phase.value or None),
        "Hint": lab.hint,
        "Wait 1 h": lambda: lab.wait(hours=1),
        "Report": lab.report,
    }
    buttons = []
    for label, ask in asked.items():
        button = widgets.Button(description=label, layout=widgets.Layout(width="auto"))
        button.on_click(lambda _, ask=ask: _show(answer, ask))
        buttons.append(button)
    return widgets.VBox([widgets.HBox([buttons[0], phase, *buttons[1:]]), answer])


def _show(answer: Any, ask: Callable[[], Any]) -> None:
    from IPython.display import display

    with answer:
        answer.clear_output(wait=True)
        try:
            display(ask())  # type: ignore[no-untyped-call]
        except DrillError as error:
            print(error)
