"""Errors that a person reads."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from simulator import errors
from simulator.errors import DrillError, MissingPackage, UnknownScenario, did_you_mean


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("iam-leaked-kee", " Did you mean 'iam-leaked-key'?"),
        ("leaked-key", " Did you mean 'iam-leaked-key'?"),
        ("s3-publik", " Did you mean 's3-public'?"),
        ("zebra", ""),
        ("", ""),
    ],
)
def test_the_nearest_name_is_offered_where_one_is_near(wanted: str, said: str) -> None:
    assert did_you_mean(wanted, ["iam-leaked-key", "s3-public"]) == said
    assert did_you_mean(wanted, []) == ""


def test_an_unknown_scenario_says_the_nearest_and_where_all_are_listed() -> None:
    error = UnknownScenario("iam-leaked-kee", ["s3-public", "iam-leaked-key"])
    assert str(error) == (
        "There is no scenario 'iam-leaked-kee'. Did you mean 'iam-leaked-key'? "
        "`drill list` shows them all."
    )
    assert (error.wanted, error.known) == ("iam-leaked-kee", ["iam-leaked-key", "s3-public"])


def test_a_missing_package_says_what_for_in_which_python_and_how_to_get_it() -> None:
    assert str(MissingPackage("pandas", "lab.trail()")) == (
        f"lab.trail() needs pandas, which this Python ({sys.executable}) can't import. Install it "
        "with `pip install pandas`, then restart the kernel."
    )


def test_the_module_names_every_error_and_each_is_a_drill_error() -> None:
    """So that one `except DrillError` is enough, and the control API can name any of them."""
    kinds = {
        name: kind
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if kind.__module__ == errors.__name__
    }
    listed = set(re.findall(r"^[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE))
    assert listed == set(kinds) - {"DrillError"}
    assert all(issubclass(kind, DrillError) for kind in kinds.values())


def test_ipython_shows_the_sentence_without_a_traceback(kernels: Callable[..., Any]) -> None:
    shown = kernels().run("""
    import contextlib, io
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        shell.run_cell("from simulator.errors import NotYourTurn")
        shell.run_cell("raise NotYourTurn('This token opens no lab here.')")
    printed.getvalue()""")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).strip()
    assert plain == "NotYourTurn: This token opens no lab here."
