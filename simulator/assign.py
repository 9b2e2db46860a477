"""`drill assign`: a token for each learner, the labs' notebooks with it, and the roster that knows.

This is the one place where chance is right: nobody must be able to guess another's token.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from simulator import catalogue, class_list, roster
from simulator.class_list import Listed
from simulator.errors import DrillError, UnknownScenario
from simulator.handouts import handout, handouts
from simulator.roster import Member, Roster

ROSTER = "roster.csv"
_README = """\
AWS Security Drills

These notebooks are yours alone: each carries a token by which your accounts, and your
work, are told from everybody else's. Don't pass them on, and hand in no others.

{how}

Save the notebook and hand in the .ipynb file, or a zip of this folder. You are graded
by what your account does after your cells have run, from a fresh account, from top to
bottom. Try that before you hand in: Run, "Restart Kernel and Run All Cells".
"""
_ALONE = """\
Open them with `drill lab --folder .` in this folder. Your account is the same whenever
you begin again."""
_TOGETHER = """\
They need your class's simulator: set the variable DRILL_URL to the address that you
were told, then open them with `drill lab --folder .` in this folder."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What was done: the roster as it is now, how many are new in it, and what was left alone."""

    roster: Roster
    new: int
    labs: tuple[str, ...]
    kept: tuple[Path, ...]
    """Notebooks that were there already, other than they would have been made."""


def assign(
    listed: Iterable[Listed],
    out: Path,
    labs: Sequence[str] = (),
    *,
    secret_seeds: bool = False,
    zipped: bool = False,
) -> Assigned:
    """Make a bundle for each learner and the roster, in `out`.

    Who is in the roster there keeps token and seed, and stays in it. A notebook that is there and
    isn't as it would be made is left alone: somebody may have worked in it.

    Raises:
        DrillError: a lab that doesn't exist, a roster that can't be read, or a file that can't be
            written.
    """
    labs = _labs(labs)
    path = out / ROSTER
    before = roster.read(path) if path.exists() else Roster()
    listed = list(listed)
    after = _members(before, listed, secret_seeds)
    wanted = {_found(after, each).learner for each in listed}
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_private(path, roster.text(after))
        kept: list[Path] = []
        for member in after:
            if member.learner in wanted:
                kept += _bundle(member, labs, out, zipped)
    except OSError as error:
        raise DrillError(f"{error.filename or out} can't be written: {error.strerror}.") from error
    return Assigned(after, len(after) - len(before), tuple(labs), tuple(kept))


def _labs(wanted: Sequence[str]) -> list[str]:
    labs = [lab for each in wanted for lab in each.split(",") if lab] or sorted(handouts())
    for lab in labs:
        if lab not in catalogue.ids():
            raise UnknownScenario(lab, catalogue.ids())
        handout(lab)
    if not labs:
        raise DrillError("There are no labs here: run this in the repository.")
    return list(dict.fromkeys(labs))


def _members(before: Roster, listed: Iterable[Listed], secret_seeds: bool) -> Roster:
    """Who was there as they were, with what the list says newly of them; then who is new."""
    members = {each.learner: each for each in before}
    for each in listed:
        if each.learner.casefold() == ROSTER:
            raise DrillError(f"No learner can be called {each.learner!r}: the roster is.")
        known = _find(Roster(members.values()), each)
        if known is None:
            members[each.learner] = _new(each, secret_seeds)
        else:
            members[known.learner] = Member(
                learner=known.learner,
                token=known.token,
                seed=known.seed,
                name=each.name or known.name,
                email=each.email or known.email,
                more={**known.more, **{name: text for name, text in each.more.items() if text}},
            )
    return Roster(members.values())


def _find(known: Roster, listed: Listed) -> Member | None:
    """The same learner's line: by what they are called, else by their address."""
    same = [each for each in known if each.learner.casefold() == listed.learner.casefold()]
    if not same and listed.email:
        same = [each for each in known if each.email.casefold() == listed.email.casefold()]
    return same[0] if same else None


def _found(known: Roster, listed: Listed) -> Member:
    member = _find(known, listed)
    assert member is not None
    return member


def _new(listed: Listed, secret_seeds: bool) -> Member:
    token = listed.token or f"t{secrets.token_hex(12)}"
    if listed.seed:
        if not listed.seed.isdigit() or int(listed.seed) >= roster.SEEDS:
            raise DrillError(f"{listed.seed!r}, of {listed.learner}, is no seed.")
        seed = int(listed.seed)
    else:
        seed = secrets.randbelow(roster.SEEDS) if secret_seeds else roster.seed_of(token)
    return Member(listed.learner, token, seed, listed.name, listed.email, listed.more)


def notebook(lab: str, token: str) -> str:
    """A lab's notebook with a learner's token in its metadata."""
    page = json.loads(handout(lab))
    page["metadata"]["drill"] = {"learner": token, "lab": lab}
    return json.dumps(page, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _bundle(member: Member, labs: Iterable[str], out: Path, zipped: bool) -> list[Path]:
    """Write a learner's bundle; return the notebooks that were left as they are."""
    how = _ALONE if member.seed == roster.seed_of(member.token) else _TOGETHER
    files = {f"{lab}.ipynb": notebook(lab, member.token) for lab in labs}
    files["README.txt"] = _README.format(how=how)
    if zipped:
        _write(out / f"{member.learner}.zip", _zip(files))
        return []
    folder = out / member.learner
    folder.mkdir(exist_ok=True)
    kept = []
    for name, text in files.items():
        path = folder / name
        if path.suffix == ".ipynb" and path.exists():
            if path.read_bytes() != text.encode():
                kept.append(path)
        else:
            _write(path, text.encode())
    return kept


def _zip(files: dict[str, str]) -> bytes:
    """The same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            archive.writestr(info, text)
    return out.getvalue()


def _write(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, and readable for its owner alone."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


@click.command("assign")
@click.argument("listed", metavar="ROSTER.csv", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder for roster and bundles."
)
@click.option(
    "--labs", metavar="ID", multiple=True, help="Only this lab; may be repeated.  [default: all]"
)
@click.option(
    "--secret-seeds",
    is_flag=True,
    help="Seeds that don't follow from the tokens: for labs on the class's simulator alone.",
)
@click.option("--zip", "zipped", is_flag=True, help="A zip for each learner, not a folder.")
def command(
    listed: Path, out: Path, labs: tuple[str, ...], secret_seeds: bool, zipped: bool
) -> None:
    """Make each learner's bundle of labs, and the roster that knows whose is whose.

    ROSTER.csv needs a column learner, email or name, or is Canvas's gradebook export or Moodle's list
    of participants. Run again with a longer list it keeps everybody's token. FOLDER/roster.csv
    stays with you: every answer follows from it.
    """
    done = assign(class_list.read(listed), out, labs, secret_seeds=secret_seeds, zipped=zipped)
    count = len(done.roster)
    click.echo(
        f"{count} learner{'s' * (count != 1)} ({done.new} new), "
        f"{len(done.labs)} lab{'s' * (len(done.labs) != 1)} each, in {out}."
    )
    if done.kept:
        click.echo(
            f"{len(done.kept)} notebooks were there already and are left as they are, such as "
            f"{done.kept[0]}. Remove them to have them made anew."
        )
    click.echo(f"Keep {out / ROSTER} to yourself.")
