"""Folders that others filled: whose each notebook is, of which lab, and why one can't be used."""

from __future__ import annotations

import io
import json
import os
import random
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from simulator import catalogue, recovery
from simulator.errors import DrillError
from simulator.grading import page
from simulator.grading.bounds import Bounds
from simulator.grading.job import Limits
from simulator.grading.jobs import jobs
from simulator.grading.names import cleaned, distinct, shown
from simulator.grading.submissions import Submission, find
from simulator.handouts import handout
from simulator.roster import Member, Roster, seed_of

LAB = "iam-leaked-key"
OTHER = "s3-public-pii"
Files = Mapping[str, "str | bytes | Mapping[str, Any]"]


def notebook(*cells: str, lab: str = LAB, **drill: str) -> str:
    """A notebook that opens a lab and then has these cells."""
    codes = [f'from simulator import Lab\nlab = Lab("{lab}")', *cells]
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"drill": drill} if drill else {},
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{number}",
                    "metadata": {},
                    "execution_count": None,
                    "outputs": [],
                    "source": text,
                }
                for number, text in enumerate(codes)
            ],
        }
    )


def zipped(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, zipped(content) if isinstance(content, Mapping) else content)
    return out.getvalue()


def laid_out(folder: Path, *names: str, **more: Any) -> Path:
    """A folder in which each of these files is a notebook; a dictionary's are what it says."""
    files: dict[str, Any] = {name: notebook() for name in names} | more.get("files", {})
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = zipped(content) if isinstance(content, Mapping) else content
        path.write_bytes(whole.encode() if isinstance(whole, str) else whole)
    return folder


def told(found: list[Submission]) -> list[tuple[str, str]]:
    assert [each.problem for each in found if each.problem] == []
    return [(each.learner, each.lab) for each in found]


def only(found: list[Submission]) -> Submission:
    assert len(found) == 1, found
    return found[0]


ANN_AND_BOB = [("ann", LAB), ("bob", LAB)]


@pytest.mark.parametrize(
    "names",
    [
        (f"ann/{LAB}.ipynb", f"bob/{LAB}.ipynb"),
        (f"ann/labs/iam/{LAB}.ipynb", f"bob/labs/iam/{LAB}.ipynb"),
        ("ann/deep/er/my work.ipynb", "bob/x.ipynb"),
        (f"ann_{LAB}.ipynb", f"bob_{LAB}.ipynb"),
        (f"ann-{LAB}.ipynb", f"bob-{LAB} (2).ipynb"),
        ("ann_lab.ipynb", "bob_lab.ipynb"),
        ("submissions/ann/lab.ipynb", "submissions/bob/lab.ipynb"),
        ("class/ann/lab.ipynb", "class/bob/lab.ipynb"),
        ("submitted/ann/week1/lab.ipynb", "submitted/bob/week1/lab.ipynb"),
        ("ann/week1/lab.ipynb", "bob/week1/lab.ipynb"),
        (
            "ann+week1+2026-01-30 20:30:10 UTC/lab.ipynb",
            "bob+week1+2026-01-30 20:30:10 UTC+c3Vj/lab.ipynb",
        ),
        (
            "downloaded/week1/archive/week1_ann_attempt_2026-01-30-20-30-10_lab.ipynb",
            "downloaded/week1/archive/week1_bob_attempt_2026-01-30-20-30-11_lab.ipynb",
        ),
        (f"ann_12345_678901_{LAB}.ipynb", f"bob_LATE_12346_678902_my {LAB}-1.ipynb"),
        (f"week 1/ann_12345_678901_{LAB}.ipynb", "week 2/bob_12346_678902_x.ipynb"),
        (
            f"ann_123456_assignsubmission_file_/{LAB}.ipynb",
            "bob_123457_assignsubmission_file/x.ipynb",
        ),
        (
            f"ann_123456_assignsubmission_file_{LAB}.ipynb",
            f"bob_123457_assignsubmission_file_{LAB}.ipynb",
        ),
    ],
)
def test_learners_are_found_in_every_layout_in_a_folder_and_in_a_zip(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    assert told(find(laid_out(tmp_path / "a", *names))) == ANN_AND_BOB
    download = {"download.zip": {name: notebook() for name in names}}
    assert told(find(laid_out(tmp_path / "b", files=download))) == ANN_AND_BOB
    assert told(find(tmp_path / "b" / "download.zip")) == ANN_AND_BOB


def test_a_notebook_may_be_called_like_its_learner(tmp_path: Path) -> None:
    assert told(find(laid_out(tmp_path, "ann.ipynb", "bob.ipynb"))) == ANN_AND_BOB


def test_every_learner_may_hand_in_a_zip(tmp_path: Path) -> None:
    """Beside a folder, in the Canvas download, in the Moodle one."""
    work = {f"labs/iam/{LAB}.ipynb": notebook(), "notes.txt": "hello"}
    plain = laid_out(tmp_path / "a", files={"ann.zip": work, f"bob/{LAB}.ipynb": notebook()})
    assert told(find(plain)) == ANN_AND_BOB
    canvas = {"ann_1_2_work.zip": work, "bob_3_4_work.zip": work}
    assert told(find(laid_out(tmp_path / "b", files={"canvas.zip": canvas}))) == ANN_AND_BOB
    moodle = {
        "ann_1_assignsubmission_file_/work.zip": work,
        "bob_2_assignsubmission_file_/work.zip": work,
    }
    assert told(find(laid_out(tmp_path / "c", files={"moodle.zip": moodle}))) == ANN_AND_BOB


def test_one_learners_zip_alone_is_that_learners(tmp_path: Path) -> None:
    work = {f"labs/iam/{LAB}.ipynb": notebook(), f"labs/data/{OTHER}.ipynb": notebook(lab=OTHER)}
    found = find(laid_out(tmp_path, files={"ann.zip": work}))
    assert told(found) == [("ann", LAB), ("ann", OTHER)]


def test_a_system_says_more_than_the_name(tmp_path: Path) -> None:
    names = ("leeann_LATE_12_34_x.ipynb", "anon_aB3dE_56_x.ipynb")
    anonymous, ann = find(laid_out(tmp_path / "a", *names))
    assert (ann.learner, ann.ids, ann.late) == ("leeann", {"canvas": "12"}, True)
    assert (anonymous.learner, anonymous.late) == ("anon_aB3dE", False)
    moodle = only(find(laid_out(tmp_path / "b", "Ann Lee_77_assignsubmission_file_/x.ipynb")))
    assert (moodle.learner, moodle.ids) == ("Ann Lee", {"moodle": "77"})


def test_one_learners_weeks_are_no_learners(tmp_path: Path) -> None:
    names = (f"submitted/ann/week1/{LAB}.ipynb", "submitted/ann/week2/x.ipynb")
    assert told(find(laid_out(tmp_path, *names, "release/week1/x.ipynb"))) == [("ann", LAB)]


def test_text_beside_a_file_in_moodle_is_the_same_learners(tmp_path: Path) -> None:
    names = ("ann_7_assignsubmission_file_/x.ipynb", "bob_8_assignsubmission_file_/x.ipynb")
    text = {"ann_7_assignsubmission_onlinetext_/onlinetext.html": "<p>Here it is</p>"}
    download = {"download.zip": text | dict.fromkeys(names, notebook())}
    assert told(find(laid_out(tmp_path, files=download))) == ANN_AND_BOB


def test_what_programs_leave_lying_about_is_nobodys_work(tmp_path: Path) -> None:
    laid_out(
        tmp_path,
        f"ann/{LAB}.ipynb",
        f"ann/.ipynb_checkpoints/{LAB}-checkpoint.ipynb",
        f"ann/._{LAB}.ipynb",
        f"__MACOSX/ann/._{LAB}.ipynb",
        files={"bob.zip": {"x.ipynb": notebook(), "__MACOSX/x.ipynb": "{", ".DS_Store": "?"}},
    )
    found = find(tmp_path)
    assert told(found) == ANN_AND_BOB
    assert [each.others for each in found] == [(), ()]


def test_the_code_decides_which_lab_then_the_metadata_then_the_name(tmp_path: Path) -> None:
    nothing = notebook().replace(LAB, "LABS[0]")
    in_words = notebook().replace("lab = Lab", "# Lab").replace(f'\\"{LAB}\\"', f'\\"{OTHER}\\"')
    quoted = notebook(f'answer = "Lab({OTHER})"').replace(LAB, "x")
    both = notebook(f'Lab("{OTHER}")')
    keyword = notebook().replace('Lab(\\"', 'Lab( # the lab\\n  scenario_id = \\"')
    broken = notebook().replace("lab = Lab", "x = = Lab")
    cases = {
        f"a/{OTHER}.ipynb": notebook(lab=LAB, **{}),
        f"b/{OTHER}.ipynb": json.dumps(json.loads(nothing) | {"metadata": {"drill": {"lab": LAB}}}),
        f"c/{LAB}.ipynb": nothing,
        f"d/{LAB}/solution.ipynb": nothing,
        f"e/My_{LAB.replace('-', '_').upper()}_final.ipynb": in_words,
        f"f/{LAB}.ipynb": quoted,
        f"g/{LAB}.ipynb": both,
        "h/x.ipynb": both,
        "i/x.ipynb": keyword,
        f"j/{OTHER}.ipynb": broken,
    }
    assert told(find(laid_out(tmp_path, files=cases))) == [(name, LAB) for name in "abcdefghij"]
    (tmp_path / f"g/{LAB}.ipynb").rename(tmp_path / f"g/{OTHER}.ipynb")
    assert dict(told(find(tmp_path)))["g"] == OTHER


def test_a_notebook_of_no_lab_says_so(tmp_path: Path) -> None:
    laid_out(tmp_path, files={"ann/scratch.ipynb": notebook(lab="no-such-lab")})
    found = only(find(tmp_path))
    assert (found.learner, found.lab) == ("ann", "")
    assert "which lab" in found.problem


def test_the_latest_attempt_counts_and_the_others_are_named(tmp_path: Path) -> None:
    attempts = {
        "hw_ann_attempt_2026-01-30-20-30-10_x.ipynb": notebook("first"),
        "hw_ann_attempt_2026-02-01-08-00-00_x.ipynb": notebook("second"),
        f"bob_1_9_{LAB}.ipynb": notebook("first"),
        f"bob_1_10_{LAB}-1.ipynb": notebook("second"),
    }
    ann, bob = find(laid_out(tmp_path / "a", files=attempts))
    assert "second" in ann.notebook
    assert "second" in bob.notebook
    assert ann.others == ("hw_ann_attempt_2026-01-30-20-30-10_x.ipynb",)
    plain = laid_out(tmp_path / "b", f"ann/{LAB}.ipynb", files={"ann/a.ipynb": notebook("later")})
    os.utime(plain / f"ann/{LAB}.ipynb", (1_000_000_000, 1_000_000_000))
    os.utime(plain / "ann/a.ipynb", (1_000_000_001, 1_000_000_001))
    assert "later" in only(find(plain)).notebook
    os.utime(plain / f"ann/{LAB}.ipynb", (1_000_000_002, 1_000_000_002))
    assert "later" not in only(find(plain)).notebook
    copies = laid_out(tmp_path / "c", f"ann/{LAB}.ipynb", f"ann/{LAB}-Copy1.ipynb")
    laid_out(copies, files={f"ann/{LAB} (2).ipynb": notebook("later")})
    for path in copies.rglob("*.ipynb"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    assert "later" in only(find(copies)).notebook


def test_an_attempt_that_cant_be_used_gives_way_to_one_that_can(tmp_path: Path) -> None:
    laid_out(tmp_path, f"ann_1_8_{LAB}.ipynb", files={f"ann_1_9_{LAB}.ipynb": "{"})
    found = only(find(tmp_path))
    assert not found.problem
    assert found.others[0].startswith(f"ann_1_9_{LAB}.ipynb: It is no valid JSON")


def problem(tmp_path: Path, content: Any, name: str = f"{LAB}.ipynb", **bounds: int) -> str:
    laid_out(tmp_path, "bob/x.ipynb", files={f"ann/{name}": content})
    ann, bob = find(tmp_path, bounds=Bounds(**bounds))
    assert (ann.learner, bob.learner, bob.problem) == ("ann", "bob", "")
    assert not jobs([ann])
    return ann.problem


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"{", "no valid JSON"),
        (b"\x80\x81", "no valid JSON"),
        (b"PK\x03\x04 not json", "no valid JSON"),
        (b"9" * 10_000, "no valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[]", "no notebook"),
        (b'{"cells": []}', "no notebook"),
        (b'{"nbformat": "4", "cells": []}', "no notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "nbformat 3"),
        (b'{"nbformat": 4, "cells": {"a": 1}}', "no list of cells"),
        (b'{"nbformat": 4, "cells": [1]}', "no list of cells"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}', "cell 1 has no text"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": [7]}]}', "cell 1 has no text"),
        (b'{"nbformat": 4, "cells": []}', "no code"),
        (b'{"nbformat": 4, "cells": [%s{}]}' % (b"{}," * 5000), "5,001 cells"),
    ],
)
def test_what_is_no_notebook_is_told_and_harms_nobody(
    content: bytes, said: str, tmp_path: Path
) -> None:
    assert said in problem(tmp_path, content)


def test_a_notebook_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = laid_out(tmp_path, "bob/x.ipynb") / f"ann/{LAB}.ipynb"
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    ann, bob = find(tmp_path)
    assert "too large: 100 MB" in ann.problem
    assert not bob.problem


@pytest.mark.parametrize(
    "cell",
    [
        *("\n" * 2_000_000, " " * 2_000_000, "%" * 2_000_000, "(" * 2_000_000),
        *("Lab(" * 500_000, "Lab( " * 400_000 + "'", "'" * 2_000_001, "a." * 1_000_000),
        *('"""' + "x" * 2_000_000, "\\\n" * 500_000, "\x00" * 1000, "\x0c" * 100_000),
        *("if 1:\n" * 20_000, "".join(f"{' ' * n}if 1:\n" for n in range(1000)), "é" * 100_000),
    ],
    ids=lambda cell: ascii(cell[:8]),
)
def test_code_that_nobody_writes_is_gone_through_in_time(cell: str, tmp_path: Path) -> None:
    found = only(find(laid_out(tmp_path, files={f"ann/{LAB}.ipynb": notebook(cell)})))
    assert (found.learner, found.lab, found.problem) == ("ann", LAB, "")
    assert len(found.indices) in (1, 2)


def test_code_and_values_are_bounded(tmp_path: Path) -> None:
    long = notebook("x = 1\n" * 1000)
    assert "code is too long" in problem(tmp_path / "a", long, code=5000)
    wide = json.loads(notebook())
    wide["metadata"]["wide"] = [[]] * 5000
    assert "more than 5,000 values" in problem(tmp_path / "b", json.dumps(wide), values=5000)


@pytest.mark.parametrize("where", ["outside", "neighbour", "folder"])
def test_links_are_not_followed(where: str, tmp_path: Path) -> None:
    outside = laid_out(tmp_path / "outside", "x.ipynb")
    folder = laid_out(tmp_path / "class", f"bob/{LAB}.ipynb", "ann/readme.txt")
    target = {
        "outside": outside / "x.ipynb",
        "neighbour": Path("../bob") / f"{LAB}.ipynb",
        "folder": outside,
    }[where]
    (folder / "ann" / f"{LAB}.ipynb").symlink_to(target)
    ann, bob = find(folder)
    assert "symbolic link" in ann.problem
    assert (ann.learner, ann.notebook, bob.problem) == ("ann", "", "")


def test_nobody_waits_for_a_pipe_or_a_device(tmp_path: Path) -> None:
    folder = laid_out(tmp_path, f"bob/{LAB}.ipynb", "ann/readme.txt")
    os.mkfifo(folder / "ann" / f"{LAB}.ipynb")
    ann, bob = find(folder)
    assert "no plain file" in ann.problem
    assert not bob.problem


def test_a_folder_may_be_called_like_a_notebook(tmp_path: Path) -> None:
    assert told(find(laid_out(tmp_path, f"ann/{LAB}.ipynb/{LAB}.ipynb"))) == [("ann", LAB)]


def zip_with(name: str, content: bytes = b"", **about: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        for key, value in about.items():
            setattr(info, key, value)
        archive.writestr(info, content)
    return out.getvalue()


def encrypted() -> bytes:
    """A zip whose only member is marked as encrypted, in both of its headers."""
    whole = bytearray(zip_with("x.ipynb", notebook().encode()))
    whole[6] |= 1
    whole[whole.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no zip"),
        (b"no zip at all", "no zip"),
        (zipped({"x.ipynb": notebook()})[:-30], "no zip"),
        (encrypted(), "encrypted"),
        (zip_with("../../bob/x.ipynb", notebook().encode()), "leads out of the zip"),
        (zip_with("/bob/x.ipynb", notebook().encode()), "leads out of the zip"),
        (zip_with("..\\bob\\x.ipynb", notebook().encode()), "leads out of the zip"),
        (zip_with("C:/bob/x.ipynb", notebook().encode()), "leads out of the zip"),
        (zip_with("x.ipynb", b"../bob/x.ipynb", external_attr=0o120777 << 16), "symbolic link"),
        (zip_with("x.ipynb", b" " * 99, compress_type=zipfile.ZIP_LZMA), "another method"),
        (zipped({"a.zip": {"b.zip": {"x.ipynb": notebook()}}}), "is not opened"),
        (zipped({"report.pdf": b"%PDF"}), "There is no notebook in it, but report.pdf"),
        (zipped({}), "There is no notebook in it"),
        (zipped({"__MACOSX/x.ipynb": notebook()}), "There is no notebook in it"),
    ],
)
def test_zips_that_cant_be_used_are_told(content: bytes, said: str, tmp_path: Path) -> None:
    laid_out(tmp_path, f"bob/{LAB}.ipynb", files={"ann.zip": content})
    before = sorted(tmp_path.rglob("*"))
    found = {each.learner: each.problem for each in find(tmp_path)}
    assert set(found) == {"ann", "bob"}
    assert not found["bob"]
    assert said in found["ann"]
    assert sorted(tmp_path.rglob("*")) == before


def test_zips_are_opened_once_inside_a_zip(tmp_path: Path) -> None:
    inside = {"canvas.zip": {"ann_1_2_a.zip": {"x.ipynb": notebook()}}}
    assert told(find(laid_out(tmp_path, files=inside))) == [("ann", LAB)]


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zipped({f"{LAB}.ipynb": b" " * (60 * 2**20)})
    laid_out(tmp_path / "a", f"bob/{LAB}.ipynb", files={"ann.zip": bomb})
    assert "too large: 60 MB" in find(tmp_path / "a")[0].problem
    thin = zipped({f"{LAB}.ipynb": b" " * (20 * 2**20)})
    laid_out(tmp_path / "b", f"bob/{LAB}.ipynb", files={"ann.zip": thin})
    assert "suspiciously much" in find(tmp_path / "b")[0].problem


def test_a_bomb_in_a_download_takes_nothing_from_the_others(tmp_path: Path) -> None:
    """The small files of a zip come first."""
    many = {f"ann_1_{number}_{LAB}.ipynb": notebook("#" * 5000) for number in range(2, 9)}
    laid_out(tmp_path, files={"canvas.zip": {**many, f"zoe_2_9_{LAB}.ipynb": notebook()}})
    found = find(tmp_path, bounds=Bounds(unpacked=12_000))
    zoe = found[-1]
    assert (zoe.learner, zoe.problem) == ("zoe", "")
    assert "part that is not read" in str(found[0].others)


def test_a_zip_that_lies_about_its_sizes_is_found_out(tmp_path: Path) -> None:
    whole = bytearray(zipped({f"{LAB}.ipynb": notebook("#" * 5000)}))
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<L", 10)
    laid_out(tmp_path, f"bob/{LAB}.ipynb", files={"ann.zip": bytes(whole)})
    assert "can't be unpacked" in find(tmp_path)[0].problem


def test_notebooks_are_counted(tmp_path: Path) -> None:
    many = {f"{LAB} ({number}).ipynb": notebook() for number in range(20)}
    laid_out(
        tmp_path, f"bob/{LAB}.ipynb", files={f"ann/{name}": text for name, text in many.items()}
    )
    laid_out(tmp_path, files={"cem.zip": {"more.zip": many}})
    ann, bob, *cem = find(tmp_path, bounds=Bounds(notebooks=15, notebooks_inside=10))
    assert ["too many files" in each for each in ann.others] == [False] * 15 + [True]
    assert (bob.others, bob.problem) == ((), "")
    assert [len(each.others) for each in cem if not each.problem] == [9]
    assert ["too many notebooks" in each.problem for each in cem if each.problem] == [True]


def test_names_in_a_zip_are_read_as_they_were_meant(tmp_path: Path) -> None:
    """macOS leaves UTF-8 unmarked; older Windows programs write in code page 437."""
    whole = zipped({"José/x.ipynb": notebook(), "Zoë/x.ipynb": notebook()})
    unmarked = whole.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")
    assert unmarked != whole
    found = find(laid_out(tmp_path / "a", files={"class.zip": unmarked}))
    assert [each.learner for each in found] == ["José", "Zoë"]


def test_whatever_a_file_holds_there_is_a_sentence_and_no_crash(tmp_path: Path) -> None:
    rng = random.Random("mangled")
    whole = zipped({f"a/{LAB}.ipynb": notebook(), "b.zip": {"x.ipynb": notebook()}, "c.txt": "x"})
    for number in range(150):
        mangled = bytearray(whole if number % 2 else notebook().encode())
        for _ in range(rng.randrange(1, 5)):
            at = rng.randrange(len(mangled))
            mangled[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
        name = "ann.zip" if number % 2 else "ann.ipynb"
        laid_out(tmp_path / str(number), f"bob/{LAB}.ipynb", files={name: bytes(mangled)})
        found = find(tmp_path / str(number))
        assert {each.learner for each in found} == {"ann", "bob"}
        assert all(each.problem.endswith(".") or each.notebook for each in found)


def test_a_zips_list_of_files_is_bounded_before_it_is_read(tmp_path: Path) -> None:
    files = {f"{number}.txt": "" for number in range(500)} | {f"{LAB}.ipynb": notebook()}
    laid_out(tmp_path, f"bob/{LAB}.ipynb", files={"ann.zip": files})
    assert not find(tmp_path)[0].problem
    assert "too many files" in find(tmp_path, bounds=Bounds(directory=10_000))[0].problem


def test_folders_without_end_end(tmp_path: Path) -> None:
    names = [f"ann/{number}/x.txt" for number in range(50)]
    laid_out(tmp_path, *names, f"bob/{LAB}.ipynb")
    ann, bob = find(tmp_path, bounds=Bounds(entries=30))
    assert "too many files" in ann.problem
    assert not bob.problem
    deep = laid_out(tmp_path / "deep", "ann/" + "d/" * 60 + "x.ipynb", f"bob/{LAB}.ipynb")
    assert ["too deep" in each.problem for each in find(deep)] == [True, False]


def test_nobody_speaks_for_somebody_else_from_a_folder_of_their_own(tmp_path: Path) -> None:
    laid_out(
        tmp_path,
        f"bob/{LAB}.ipynb",
        f"mallory/bob_1_2_{LAB}.ipynb",
        f"mallory/bob/{LAB}.ipynb",
        f"mallory/submitted/bob/week1/{LAB}.ipynb",
        files={"eve.zip": {f"bob_123_456_{LAB}.ipynb": notebook(), f"bob/{LAB}.ipynb": notebook()}},
    )
    found = find(tmp_path)
    assert [each.learner for each in found] == ["bob", "eve", "mallory"]
    assert found[0].others == ()


def roster(*names: str, **more: Mapping[str, str]) -> Roster:
    return Roster(
        Member(name, f"token-of-{name}", number, more=more.get(name, {}))
        for number, name in enumerate(names, 100)
    )


def test_the_token_tells_who_it_is_where_the_place_doesnt(tmp_path: Path) -> None:
    files = {
        f"x1/{LAB}.ipynb": notebook(learner="token-of-ann"),
        f"{OTHER}.ipynb": notebook(lab=OTHER, learner="token-of-ann"),
        "bob/x.ipynb": notebook(),
    }
    found = find(laid_out(tmp_path, files=files), roster("ann", "bob"))
    assert told(found) == [("ann", LAB), ("ann", OTHER), ("bob", LAB)]
    assert [each.seed for each in jobs(found, roster("ann", "bob"))] == [100, 100, 101]


def test_a_copied_token_neither_harms_its_owner_nor_lends_their_seed(tmp_path: Path) -> None:
    class_ = roster("ann", "mallory")
    files = {
        "ann/x.ipynb": notebook("mine", learner="token-of-ann"),
        "mallory/x.ipynb": notebook("stolen", learner="token-of-ann"),
        "stranger/x.ipynb": notebook("stolen", learner="token-of-ann"),
    }
    ann, mallory, stranger = find(laid_out(tmp_path, files=files), class_)
    assert "mine" in ann.notebook
    assert (ann.others, ann.notes) == ((), ())
    assert (mallory.learner, stranger.learner) == ("mallory", "stranger")
    assert "token of ann" in mallory.notes[0]
    assert "token of ann" in stranger.notes[0]
    assert [each.seed for each in jobs([ann, mallory], class_)] == [100, 101]


def test_two_strangers_with_one_token_are_two(tmp_path: Path) -> None:
    files = {f"{who}/x.ipynb": notebook(learner="token-of-ann") for who in ("u1", "u2")}
    found = find(laid_out(tmp_path, files=files), roster("ann"))
    assert told(found) == [("u1", LAB), ("u2", LAB)]
    assert all(each.notes for each in found)


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("leeann_12_34_x.ipynb", Member("ann@example.edu", "t", 1, name="Ann Lee")),
        ("leeann_12_34_x.ipynb", Member("ann@example.edu", "t", 1, name="Lee, Ann")),
        ("who_12_34_x.ipynb", Member("a", "t", 1, more={"id": "12", "student": "Lee, Ann"})),
        (
            "Ann Lee_7_assignsubmission_file_/x.ipynb",
            Member("a@example.edu", "t", 1, name="Ann Lee"),
        ),
        (
            "Teilnehmer_7_assignsubmission_file_/x.ipynb",
            Member("a", "t", 1, more={"identifier": "Participant 7"}),
        ),
        ("annlee/x.ipynb", Member("x", "t", 1, email="annlee@example.edu")),
        ("ANNLEE/x.ipynb", Member("annlee", "t", 1)),
        ("s0123/x.ipynb", Member("annlee", "t", 1, more={"sis login id": "s0123"})),
    ],
)
def test_the_roster_knows_its_members_by_what_systems_call_them(
    name: str, member: Member, tmp_path: Path
) -> None:
    class_ = Roster([member, Member("bob", "u", 2, name="Bob Li")])
    found = find(
        laid_out(tmp_path, name, "bob/y.ipynb" if "/" in name else "bob_3_4_y.ipynb"), class_
    )
    assert sorted(each.learner for each in found) == sorted([member.learner, "bob"])


def test_accents_get_lost_and_the_member_is_known_all_the_same(tmp_path: Path) -> None:
    class_ = Roster([Member("j@example.edu", "t", 1, name="José Núñez"), Member("bob", "u", 2)])
    for number, name in enumerate(("nunezjose", "Nun\u0303ezJose\u0301")):
        found = find(laid_out(tmp_path / str(number), f"{name}_12_3_x.ipynb"), class_)
        assert told(found) == [("j@example.edu", LAB)]


def test_a_name_that_two_have_is_neithers(tmp_path: Path) -> None:
    class_ = Roster([Member("ann", "t", 1, name="Ann Lee"), Member("bob", "u", 2)])
    found = find(laid_out(tmp_path, "leeann_12_3_x.ipynb", "leeann_45_6_x.ipynb"), class_)
    assert told(found) == [("leeann 12", LAB), ("leeann 45", LAB)]


def test_names_that_nobody_should_have_are_cleaned_and_stay_apart(tmp_path: Path) -> None:
    names = [
        "ann",
        "ann\u202e",
        "a\nn\tn",
        "..ann..",
        "Ann",
        "con",
        "=cmd|x",
        "<b>x",
        "\x1b[31mred",
    ]
    folder = laid_out(tmp_path, *(f"{name}/x.ipynb" for name in names))
    raw = os.fsencode(folder) + b"/\xff\xfe"
    os.mkdir(raw)
    (folder / os.fsdecode(raw) / "x.ipynb").write_text(notebook())
    found = find(folder)
    assert len({each.learner.casefold() for each in found}) == len(names) + 1
    for each in found:
        assert not each.problem
        assert cleaned(each.learner) == each.learner
        assert each.learner.isprintable()
        assert each.source.isprintable()
    assert "Ann" in {each.learner for each in found}


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("ann", "ann"),
        ("ann@example.edu", "ann@example.edu"),
        ("Jose\u0301", "José"),
        ("../../etc", "_.._etc"),
        ("a/b\\c", "a_b_c"),
        (".", "unnamed"),
        ("\u202e\x00", "unnamed"),
        ("NUL.txt", "_NUL.txt"),
        ("  Ann \t Lee. ", "Ann Lee"),
        ("é" * 200, "é" * 50),
    ],
)
def test_a_name_is_made_fit_for_a_folder(name: str, clean: str) -> None:
    assert cleaned(name) == clean
    assert cleaned(clean) == clean


def test_who_has_a_clean_name_keeps_it() -> None:
    named = distinct(["a/b", "a_b", "a\\b", "C", "c"], taken=["taken"])
    assert named["a_b"] == "a_b"
    assert named["C"] == "C"
    assert len({each.casefold() for each in named.values()}) == 5
    assert distinct(["taken"], taken=["Taken"])["taken"] != "taken"
    assert distinct(["a/b"]) == {"a/b": "a_b"}


def test_names_are_shown_without_what_could_mislead() -> None:
    assert shown("a\u202eb\n\x1b[1m") == "a\\u202eb\\n\\x1b[1m"
    assert shown("a\\nb") != shown("a\nb")


def test_the_clean_copy_is_the_code_and_nothing_else() -> None:
    given = json.loads(notebook("print(1)", "   ", "x\ud800", learner="t"))
    given["metadata"] |= {"kernelspec": {"name": "evil"}, "widgets": {}}
    given["cells"].insert(0, {"cell_type": "markdown", "source": "# Hi", "metadata": {}})
    given["cells"][2] |= {"metadata": {"tags": ["nbval-skip"]}, "execution_count": 3}
    given["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "9"}]
    given["cells"][2]["source"] = ["print(1)\n", "print(2)"]
    text, indices = page.clean(page.parse(json.dumps(given).encode(), Bounds()))
    copy = nbformat.reads(text, as_version=4)
    nbformat.validate(copy)
    assert indices == (1, 2, 4)
    assert [cell.source for cell in copy.cells][1:] == ["print(1)\nprint(2)", "x?"]
    assert copy.metadata == {}
    assert all(cell.metadata == {} and cell.outputs == [] for cell in copy.cells)
    assert page.clean(json.loads(text))[0].replace("cell-", "") != ""
    assert page.clean(page.parse(json.dumps(given).encode(), Bounds())) == (text, indices)


def test_traces_tell_the_learners_own_code_from_the_labs(tmp_path: Path) -> None:
    lab = json.loads(handout(LAB))
    codes = [cell for cell in lab["cells"] if cell["cell_type"] == "code"]
    same = json.dumps(lab)
    codes[1]["source"] = "# mine\nmine = lookup_everything( 'AKIA2222222222222222' )"
    codes[1]["execution_count"] = 7
    out = "Score: 38 of 54 points, account 123456789012"
    codes[1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [out]}]
    written = json.dumps(lab)
    codes[1]["source"] = "mine   = lookup_everything(\n    'AKIA2222222222222222'\n)  # other"
    cases = {"ann/x.ipynb": same, "bob/x.ipynb": written, "cem/x.ipynb": json.dumps(lab)}
    found = [each.traces for each in find(laid_out(tmp_path, files=cases))]
    untouched, bob, cem = (each for each in found if each)
    assert (untouched.own, untouched.missing, untouched.learner) == ((), 0, "ann")
    (mine,) = bob.own
    assert (mine.count, mine.outputs, bob.missing) == (7, True, 1)
    assert mine.code == cem.own[0].code
    assert {"mine", "lookup_everything", "AKIA2222222222222222"} <= bob.words
    assert bob.shown == {"123456789012"}
    assert bob.claims == ((38, 54),)


def test_a_job_has_the_seed_of_its_learner_else_of_its_token_else_the_default(
    tmp_path: Path,
) -> None:
    files = {
        "ann/x.ipynb": notebook(),
        "bob/x.ipynb": notebook(learner="his own"),
        "cem/x.ipynb": notebook(),
    }
    found = find(laid_out(tmp_path, files=files), roster("ann"))
    made = jobs(found, roster("ann"), default_seed=5, limits=Limits(seconds=7))
    assert [each.seed for each in made] == [100, seed_of("his own"), 5]
    assert {each.limits.seconds for each in made} == {7}
    assert all(each.made_by.startswith(recovery.made_by(catalogue.load(LAB))) for each in made)
    assert jobs(find(tmp_path, roster("ann")), roster("ann"), 5, Limits(seconds=7)) == made


def test_a_folder_that_isnt_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DrillError, match="gone"):
        find(tmp_path / "gone")
    assert find(tmp_path) == []
