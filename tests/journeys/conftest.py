"""The demo library served by real processes, and a real browser before it: what a person meets, end to end."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.browser import open_browser

PATIENCE_S = 90
PASSWORD = "pustaka-mandiri"
COMMAND = [sys.executable, "-m", "pustaka.interfaces.cli"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every walk is a journey, and all walk in one process: the library is built once."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("journey")
            item.add_marker("slow")
            item.add_marker(pytest.mark.xdist_group("journeys"))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Of a library whose data lies in that folder."""
    unwanted = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PORT", "HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return kept | {"PUSTAKA_DATA": str(folder / "var"), "PUSTAKA_WEB_PROCESSES": "1"} | settings


@contextmanager
def serving(folder: Path, *, port: int, **settings: str) -> Iterator[str]:
    """The library of that folder, with its worker at work; its address."""
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port)],
            env=environment(folder, **settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    base = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not _answers(base):
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.1)
        yield base
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the demo library."""
    folder = tmp_path_factory.mktemp("library")
    is_demo = {"PUSTAKA_DEMO": "1"}
    subprocess.run(
        [*COMMAND, "demo"],
        env=environment(folder, **is_demo),
        check=True,
        capture_output=True,
        timeout=4 * PATIENCE_S,
    )
    with serving(folder, port=free_port(), **is_demo) as base:
        yield base


def _answers(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, once for all walks."""
    with open_browser() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Browser, library: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of the library: `visit("/search", width=360, language="id", dark=True, javascript=False)`.

    A fault of a script, or something that the security policy had to forbid, fails the test.
    """
    contexts = []
    faults: list[str] = []

    def visit(
        path: str = "/",
        *,
        width: int = 1280,
        language: str = "en",
        dark: bool = False,
        javascript: bool = True,
        number: str = "",
    ) -> Page:
        context = chromium.new_context(
            base_url=library,
            viewport={"width": width, "height": 800},
            locale=language,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: faults.append(message.text) if "Security Policy" in message.text else None,
        )
        if number:
            page.goto("/account/login/")
            page.fill("input[name=login]", number)
            page.fill("input[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url("**/staff/" if number not in {"mahasiswa", "dosen"} else "**/")
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []
