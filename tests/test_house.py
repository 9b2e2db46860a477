"""The files that set the project up agree with each other, and with the code they set up."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from simulator import __version__
from simulator.port import PORT

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LISTENING = [name for name in COMPOSE["services"] if name != "grade"]

RUNTIME = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
EXTRAS = [
    Requirement(line)
    for name, lines in PROJECT["project"]["optional-dependencies"].items()
    if name != "dev"
    for line in lines
]
DEVELOPMENT = [Requirement(line) for line in PROJECT["project"]["optional-dependencies"]["dev"]]
BUILD = [Requirement(line) for line in PROJECT["build-system"]["requires"]]

# A make that pytest runs under hands its own arguments down; these tests start afresh.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}

NOT_FROM_CONDA = {
    "awscli": "conda-forge has version 2 alone",
    "duckdb": "conda-forge has it by another name",
}
FIXED_BY_THE_COURSE = {
    "boto3", "ipywidgets", "jupyterlab", "localstack-client", "moto", "nbval", "pandas",
}  # fmt: skip


def _conda_requirements() -> dict[str, Requirement]:
    plain = [Requirement(entry) for entry in CONDA["dependencies"] if isinstance(entry, str)]
    return {requirement.name: requirement for requirement in plain}


def _files() -> list[Path]:
    """What a commit would hold: all files that Git does not ignore."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a Git checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("requirement", RUNTIME + EXTRAS + DEVELOPMENT + BUILD, ids=str)
def test_a_dependency_is_bounded_below_and_above(requirement: Requirement) -> None:
    """What only development needs may be pinned instead."""
    operators = sorted(bound.operator for bound in requirement.specifier)
    assert operators == ["<", ">="] or (requirement in DEVELOPMENT and operators == ["=="])


def test_python_is_bounded_below_and_above() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11,<4"


def test_a_plain_install_brings_what_the_course_is_built_on() -> None:
    assert {requirement.name for requirement in RUNTIME} >= FIXED_BY_THE_COURSE


def test_the_package_imports_only_what_it_declares() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in RUNTIME + EXTRAS}
    origins = packages_distributions()
    undeclared = {
        module
        for path in (ROOT / "simulator").rglob("*.py")
        for module in _imported(path) - sys.stdlib_module_names - {"simulator"}
        if not declared & {canonicalize_name(name) for name in origins.get(module, [module])}
    }
    assert not undeclared


def _imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_conda_installs_the_same_packages_within_the_same_bounds() -> None:
    conda = {
        canonicalize_name(name): r.specifier
        for name, r in _conda_requirements().items()
        if name != "pip"
    }
    python = Requirement(f"python{PROJECT['project']['requires-python']}")
    wanted = {r.name: r.specifier for r in [*RUNTIME, python] if r.name not in NOT_FROM_CONDA}
    assert conda == wanted


def test_conda_takes_conda_forge_alone_and_the_package_from_here() -> None:
    assert CONDA["name"] == PROJECT["project"]["name"]
    assert CONDA["channels"] == ["conda-forge", "nodefaults"]
    assert CONDA["dependencies"][-1] == {"pip": ["-e ."]}


def test_the_version_is_written_once_and_is_the_changelogs_latest() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert released[0] == __version__
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "simulator/__init__.py"


@pytest.mark.parametrize("name", LISTENING)
def test_a_service_listens_on_this_machine_alone(name: str) -> None:
    ports = COMPOSE["services"][name]["ports"]
    assert ports
    assert all(re.fullmatch(r"127\.0\.0\.1:(\d+):\1", port) for port in ports)


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_runs_with_no_more_rights_than_it_needs(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"][0] == "no-new-privileges:true"
    assert (len(service["security_opt"]) == 1) is (name in LISTENING)
    assert service["pids_limit"]
    assert not {"privileged", "cap_add", "pid", "ipc", "devices", "user"} & set(service)
    user = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert user == ["learner"]


def test_compose_dockerfile_and_server_agree_on_the_ports() -> None:
    published = {
        name: {int(port.rpartition(":")[2]) for port in COMPOSE["services"][name]["ports"]}
        for name in LISTENING
    }
    exposed = re.search(r"^EXPOSE (.+)$", DOCKERFILE, re.MULTILINE)
    assert exposed
    assert published["simulator"] == {PORT, PORT + 1}
    assert set(map(int, exposed[1].split())) == published["simulator"] | published["jupyter"]
    assert COMPOSE["services"]["jupyter"]["environment"]["DRILL_URL"] == (
        f"http://simulator:{PORT + 1}"
    )
    for name in LISTENING:
        test = COMPOSE["services"][name]["healthcheck"]["test"]
        asked = re.findall(r"//127\.0\.0\.1:(\d+)/", " ".join(test))
        assert {int(port) for port in asked} <= published[name], name
        assert asked, name


def test_both_services_hold_the_same_token() -> None:
    simulator, jupyter = (COMPOSE["services"][n]["environment"] for n in ("simulator", "jupyter"))
    assert simulator["DRILL_TOKEN"] == jupyter["DRILL_TOKEN"]


def test_grading_in_a_container_has_no_network_and_reads_submissions_alone() -> None:
    service = COMPOSE["services"]["grade"]
    assert service["profiles"] == ["grade"]
    assert service["network_mode"] == "none"
    assert not {"ports", "networks", "environment", "extra_hosts"} & set(service)
    assert service["mem_limit"] == service["memswap_limit"]
    mounted = dict(each.rsplit("}:", 1) for each in service["volumes"])
    assert list(mounted.values()) == ["/submissions:ro", "/graded"]
    assert service["entrypoint"] == ["drill", "grade", "/submissions", "--out", "/graded"]
    assert "--unsafe" not in service["command"]


def test_a_container_for_grading_may_make_a_sandbox_for_each_submission() -> None:
    """bubblewrap is there, and its calls are the only ones that Docker refuses and this does not."""
    assert re.search(r"apt-get install .*\bbubblewrap\b", DOCKERFILE)
    options = dict(each.split("=") for each in COMPOSE["services"]["grade"]["security_opt"][1:])
    assert options.pop("seccomp") == "docker/seccomp-grade.json"
    assert options == {"apparmor": "unconfined", "systempaths": "unconfined"}
    profile = json.loads((ROOT / "docker/seccomp-grade.json").read_text(encoding="utf-8"))
    assert profile["defaultAction"] == "SCMP_ACT_ALLOW"
    (refused,) = profile["syscalls"]
    assert refused["action"] == "SCMP_ACT_ERRNO"
    names = refused["names"]
    assert names == sorted(set(names))
    assert not set(names) & {
        "clone",
        "clone3",
        "mount",
        "pivot_root",
        "setns",
        "umount2",
        "unshare",
    }
    assert {"bpf", "init_module", "io_uring_setup", "kexec_load", "keyctl", "ptrace"} <= set(names)


def test_the_image_runs_a_python_that_the_package_supports() -> None:
    images = re.findall(r"^FROM python:([\d.]+)-slim", DOCKERFILE, re.MULTILINE)
    python = Requirement(f"python{PROJECT['project']['requires-python']}").specifier
    assert len(set(images)) == 1
    assert images[0] in python


def test_the_image_is_built_from_files_that_exist_and_are_sent_to_docker() -> None:
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    copies = re.findall(r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [source for line in copies for source in line.split()]
    assert sources
    assert {f"!{source}" for source in sources} == {line for line in sent if line[0] == "!"}
    assert not [source for source in sources if not (ROOT / source).exists()]


def _make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the Makefile, a pyproject.toml and nothing set up."""
    (tmp_path / "Makefile").write_text(MAKEFILE, encoding="utf-8")
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def test_make_help_lists_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert re.findall(r"^  make (\S+) +\S", _make(ROOT).stdout, re.MULTILINE) == phony[1].split()


@pytest.mark.parametrize("target", ["lab", "test"])
def test_a_prepared_checkout_is_not_prepared_again(target: str, checkout: Path) -> None:
    """With the stamps newer than pyproject.toml, make plans no pip and no new environment."""
    for name in (".venv/bin/pip", ".venv/.lab", ".venv/.dev"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).touch()
    prepared = _make(checkout, "--dry-run", target)
    assert prepared.returncode == 0
    assert "install" not in prepared.stdout
    (checkout / ".venv/.lab").unlink()
    assert "pip install" in _make(checkout, "--dry-run", target).stdout


def test_a_lab_that_is_there_is_never_made_anew_by_make_lab(checkout: Path) -> None:
    """A learner works in labs/: an older notebook there is kept, a missing one is made."""
    here, there = checkout / "labs/iam", checkout / "solutions/iam"
    here.mkdir(parents=True)
    there.mkdir(parents=True)
    (here / "begun.ipynb").touch()
    (there / "begun.ipynb").touch()
    (there / "new.ipynb").touch()
    plan = _make(checkout, "--dry-run", "lab").stdout
    assert "simulator.labs new" in plan
    assert "begun" not in plan


def test_no_python_that_is_new_enough_is_a_clear_error(checkout: Path) -> None:
    failed = _make(checkout, "lab", "PYTHON=no-such-python")
    assert failed.returncode
    assert "No Python 3.11 or later found in PYTHON=no-such-python." in failed.stderr
    assert "make PYTHON=" in failed.stderr


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci/run"
    text = script.read_text(encoding="utf-8")
    assert script.stat().st_mode & 0o111
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert "make test" in text


def test_no_file_names_a_package_registry_or_somebodys_home() -> None:
    """Where packages come from is the machine's own setting; a home is in tracebacks and outputs.

    The files of a scenario's own world may hold the homes of its people.
    """
    registry = re.compile(
        r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|(conda|repo)\.anaconda\.(org|com))\b"
    )
    home = re.compile(r"(?<![\w./-])(/home/\w+|/Users/\w+|/root)/|\b[A-Z]:\\Users\\", re.ASCII)
    world = ROOT / "simulator" / "scenarios"
    found = []
    for path in _files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        if registry.search(text) or (world not in path.parents and home.search(text)):
            found.append(str(path.relative_to(ROOT)))
    assert not found
