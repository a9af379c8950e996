"""`pustaka serve` as an operator meets it: real processes, a real port, signals."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE_S = 60


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    unwanted = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PUSTAKA_DATA", "PORT", "HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "PUSTAKA_DATA": str(tmp_path / "var"), "PUSTAKA_WEB_PROCESSES": "1"}


@pytest.fixture
def serve(environment: dict[str, str], port: int) -> "Iterator[Callable[[], subprocess.Popen[str]]]":
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "pustaka.interfaces.cli", "serve", "--port", str(port)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        wait_for(lambda: answers(port))
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_S)
        if process.stdout:
            process.stdout.close()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "that took too long"
        time.sleep(0.1)


def children(pid: int) -> dict[str, int]:
    """Process ids below `pid` by what they are: web, worker."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (folder / "cmdline").read_text()
            except OSError:
                continue
            if parent == pid:
                found["web" if "gunicorn" in command else "worker"] = int(folder.name)
    return found


def is_alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_serve_answers_and_stops_cleanly_on_sigterm(serve, port):
    process = serve()
    tree = children(process.pid)
    assert set(tree) == {"web", "worker"}

    process.terminate()

    assert process.wait(PATIENCE_S) == 0
    assert not answers(port)
    assert not any(is_alive(pid) for pid in tree.values())


def test_a_killed_worker_is_started_again(serve, port):
    process = serve()
    before = children(process.pid)
    os.kill(before["worker"], signal.SIGKILL)

    wait_for(lambda: children(process.pid).get("worker", before["worker"]) != before["worker"])

    assert children(process.pid)["web"] == before["web"]
    assert answers(port)


def test_no_child_outlives_a_killed_supervisor(serve, port):
    process = serve()
    tree = children(process.pid)

    process.kill()

    wait_for(lambda: not any(is_alive(pid) for pid in tree.values()))
    assert not answers(port)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("PUSTAKA_TLS", "maybe", "PUSTAKA_TLS is 'maybe': write 1 or 0."),
        ("DATABASE_URL", "oracle://x/y", "DATABASE_URL begins with 'oracle:'"),
        ("PUSTAKA_WEB_PROCESSES", "0", "PUSTAKA_WEB_PROCESSES is 0: write a whole number from 1 to 64."),
        ("PUSTAKA_SECRET_KEY", "short", "PUSTAKA_SECRET_KEY is shorter than 32 characters"),
        ("PUSTAKA_DATA", "/proc/nowhere", "PUSTAKA_DATA is '/proc/nowhere', which can't be written"),
    ],
)
def test_serve_refuses_a_bad_setting_with_one_line(environment, name, value, line):
    answer = subprocess.run(
        [sys.executable, "-m", "pustaka.interfaces.cli", "serve"],
        env={**environment, name: value},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )

    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert line in answer.stderr


def test_serve_says_when_the_port_is_taken(environment, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        answer = subprocess.run(
            [sys.executable, "-m", "pustaka.interfaces.cli", "serve", "--port", str(port)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )

    assert answer.returncode == 1
    assert f"port {port} on 127.0.0.1 can't be had" in answer.stderr


def test_an_unknown_command_is_answered_with_the_list(environment):
    answer = subprocess.run(
        [sys.executable, "-m", "pustaka.interfaces.cli", "pinjam"], env=environment, capture_output=True, text=True
    )

    assert answer.returncode == 2
    assert "there is no command 'pinjam'" in answer.stderr
    assert "doctor" in answer.stdout
