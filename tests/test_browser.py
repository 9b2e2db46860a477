"""JupyterLab in a real browser: what a learner sees after the README's first command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simulator import catalogue

webdriver = pytest.importorskip("selenium.webdriver")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
ROOT = Path(__file__).parents[1]
PATIENCE = 90
"""Seconds."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver on PATH"),
]


def eventually(ask: Callable[[], Any]) -> Any:
    """The first answer that is not empty."""
    give_up = time.monotonic() + PATIENCE
    while not (answer := ask()):
        assert time.monotonic() < give_up, "the page did not get there in time"
        time.sleep(0.2)
    return answer


@contextmanager
def jupyterlab(folder: Path, theme: str) -> Iterator[str]:
    """`drill lab` on a copy of the labs; its URL."""
    shutil.copytree(ROOT / "labs", folder / "labs")
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    runtime = folder / "runtime"
    arguments = ["--no-browser", "--port=0", "--IdentityProvider.token=t"]
    arguments += ["--allow-root"] if os.geteuid() == 0 else []
    log = (folder / "log").open("w")
    process = subprocess.Popen(
        ["drill", "lab", "--folder", folder / "labs", *arguments],
        env={
            **os.environ,
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "DRILL_SEED": "7",
            "DRILL_JOURNAL": str(folder / "journal"),
        },
        stderr=log,
    )
    try:
        found = eventually(lambda: list(runtime.glob("jpserver-*.json")))
        yield json.loads(found[0].read_text())["url"]
    finally:
        process.terminate()
        process.wait(30)
        log.close()


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser that asks nobody but the page's own server."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync"),
        *("disable-background-networking", "disable-component-update", "window-size=1400,1400"),
    ):
        options.add_argument(f"--{argument}")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def picture(browser: Any, name: str) -> None:
    """Keep what is on the screen in the folder that DRILL_SCREENSHOTS names."""
    if folder := os.environ.get("DRILL_SCREENSHOTS"):
        browser.save_screenshot(str(Path(folder) / f"{name}.png"))


def texts(browser: Any, selector: str) -> list[str]:
    script = "return [...document.querySelectorAll(arguments[0])].map(each => each.innerText)"
    return list(browser.execute_script(script, selector))


def choose(browser: Any, menu: str, entry: str) -> None:
    """An entry of JupyterLab's menu bar."""
    find = webdriver.common.by.By
    (bar,) = (
        m for m in browser.find_elements(find.CSS_SELECTOR, ".lm-MenuBar-item") if m.text == menu
    )
    bar.click()
    eventually(lambda: entry in "".join(texts(browser, ".lm-Menu-item")))
    items = browser.find_elements(find.CSS_SELECTOR, ".lm-Menu-item")
    next(item for item in items if item.text.startswith(entry)).click()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_learner_opens_a_lab_and_runs_it(theme: str, tmp_path: Path) -> None:
    """Every cell but the last runs; the verdicts are there, in the colours of the theme."""
    with jupyterlab(tmp_path, theme) as url, chromium() as browser:
        browser.get(f"{url}lab/tree/iam/iam-leaked-key.ipynb?token=t")
        eventually(
            lambda: "Idle" in "".join(texts(browser, ".jp-StatusBar-Middle, #jp-bottom-panel"))
        )
        choose(browser, "Run", "Run All Cells")
        eventually(lambda: "don't hold yet" in "".join(texts(browser, ".jp-RenderedText")))
        scroll = "document.querySelector('.jp-WindowedPanel-outer').scrollTop = arguments[0]"
        browser.execute_script(scroll, 0)
        eventually(lambda: "The key in the commit" in "".join(texts(browser, ".drill.page")))
        picture(browser, theme.replace(" ", "-").lower())
        browser.execute_script(scroll, 10**6)
        complaint = eventually(
            lambda: [t for t in texts(browser, ".jp-RenderedText") if "don't hold yet" in t]
        )
        assert f"0 of {catalogue.load('iam-leaked-key').points} points" in complaint[-1]
        light = browser.execute_script("return document.body.dataset.jpThemeLight")
        assert light == ("true" if theme.endswith("Light") else "false")
