"""The board's page in a real browser."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator.classroom import Classroom
from simulator.roster import Member, Roster
from simulator.server import Server

webdriver = pytest.importorskip("selenium.webdriver")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
PATIENCE = 60
"""Seconds."""
HOSTILE = "<img src=x onerror=alert(1)>"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver on PATH"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    roster = Roster([Member("ann", "token-of-ann", 651, HOSTILE), Member("bob", "t-bob", 652)])
    running = Server(Classroom(roster=roster), port=0, instructor="teaches")
    threading.Thread(target=running.run, daemon=True).start()
    yield running
    running.close()
    for seat in running.classroom.seats():
        seat.drill.close()


@pytest.fixture
def page() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--window-size=1280,800"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def eventually(ask: Callable[[], Any]) -> Any:
    """The first answer that is not empty."""
    give_up = time.monotonic() + PATIENCE
    while not (answer := ask()):
        assert time.monotonic() < give_up, "the page did not get there in time"
        time.sleep(0.2)
    return answer


def text(page: Any) -> str:
    said: str = page.execute_script("return document.body.innerText")
    return said


def test_the_board_shows_the_class_and_keeps_up_with_it(server: Server, page: Any) -> None:
    page.get(f"{server.control}/board")
    page.find_element("id", "token").send_keys("teaches")
    page.find_element("tag name", "button").click()
    eventually(lambda: "Not begun: 2 of 2" in text(page))
    assert HOSTILE in text(page)
    server.classroom.start("iam-leaked-key", "ann", seed=651)
    eventually(lambda: "Not begun: 1 of 2" in text(page))
    row = page.find_element("css selector", "#rows tr").text
    assert HOSTILE in row
    assert "working" in row
    assert page.title == "The class", "a name is no markup"
    page.find_element("id", "names").click()
    assert HOSTILE not in text(page)
    assert "Learner 1" in text(page)
    page.refresh()
    eventually(lambda: "Learner 1" in text(page))
    assert HOSTILE not in text(page), "it is remembered"
    assert page.execute_script("return document.cookie") == "", "scripts can't read it"
    wide = page.execute_script("return document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    assert page.get_log("browser") == []


def test_a_link_that_works_once_leads_to_the_board(server: Server, page: Any) -> None:
    link = next(word for word in server.invitation().split() if "/board/enter/" in word)
    page.get(link)
    eventually(lambda: page.current_url == f"{server.control}/board")
    eventually(lambda: "Not begun" in text(page))
