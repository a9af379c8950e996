"""Web server and background worker as one process tree, under a supervisor that stops them together."""

import argparse
import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.core.management import call_command

log = logging.getLogger("pustaka.serve")

PATIENCE_S = 30
PR_SET_PDEATHSIG = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"), help="address to listen on")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="port to listen on")


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; 1 where the port is taken."""
    if problem := _port_problem(arguments.host, arguments.port):
        print(f"pustaka serve: {problem}", file=sys.stderr)
        return 1
    prepare()
    stop = threading.Event()

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    children = [
        Child("web", _web_command(arguments.host, arguments.port)),
        Child("worker", [sys.executable, "-m", "pustaka.interfaces.cli", "worker"]),
    ]
    print(f"Pustaka Mandiri answers at http://{arguments.host}:{arguments.port}/  (Ctrl+C stops it)", flush=True)
    try:
        while not stop.wait(0.25):
            for child in children:
                child.keep_alive()
    finally:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + PATIENCE_S
        for child in children:
            child.wait(deadline)
    return 0


def prepare() -> None:
    """Bring the database's tables and the static files up to date."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)


def _web_command(host: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "pustaka.config.wsgi:application"),
        *("--bind", f"{host}:{port}"),
        *("--workers", str(settings.WEB_PROCESSES), "--threads", str(settings.WEB_THREADS)),
        *("--worker-class", "gthread", "--timeout", "120", "--graceful-timeout", "20", "--keep-alive", "15"),
        *("--max-requests", "20000", "--max-requests-jitter", "2000"),
        *("--log-level", "warning", "--no-control-socket"),
    ]


def _port_problem(host: str, port: int) -> str:
    if not 1 <= port <= 65535:
        return f"{port} is no port: give PORT a number from 1 to 65535."
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return f"port {port} on {host} can't be had ({error.strerror}): stop what uses it, or set PORT to another."
    return ""


def _die_with_parent() -> None:
    """Ask the kernel to end this child when the supervisor is killed without a chance to say so (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process of the tree; started anew, with growing pauses, whenever it ends by itself."""

    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    ends: list[float] = field(default_factory=list)
    start_at: float = 0.0

    def keep_alive(self) -> None:
        """Start the process if it isn't running and its pause is over."""
        if self.process is not None and self.process.poll() is not None:
            now = time.monotonic()
            log.error("%s ended with status %s; it is started again", self.name, self.process.returncode)
            self.ends = [end for end in self.ends if now - end < 60] + [now]
            self.start_at = now + min(30.0, 0.5 * 2 ** len(self.ends))
            self.process = None
        if self.process is None and time.monotonic() >= self.start_at:
            self.process = subprocess.Popen(
                self.command,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, before any thread exists in the child
                cwd=Path.cwd(),
            )

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait for the end until `deadline` (monotonic seconds), then kill."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("%s didn't stop in time and is killed", self.name)
            self.process.kill()
            self.process.wait()
