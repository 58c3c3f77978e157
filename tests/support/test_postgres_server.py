"""The server of a test run never outlives it, and starts wherever the tests can run."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres_server


def test_the_server_ends_with_its_owner_however_that_ends(postgres_server_url: str) -> None:
    """kill -9 leaves neither a server nor a folder behind."""
    folder = postgres_server.new_folder()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as owner:
        postgres_server.spawn(folder, owner.pid)
        address = postgres_server.wait_for_address(folder)
        psycopg.connect(address).close()
        owner.kill()

    deadline = time.monotonic() + 20
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)


def test_binaries_out_of_reach_are_copied(
    postgres_server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root's environment may lie where nobody, as whom the server runs, cannot look."""
    monkeypatch.setattr(postgres_server, "_is_root", lambda: True)
    monkeypatch.setattr(postgres_server, "_open_to_all", lambda _: False)

    binaries = postgres_server._binaries(tmp_path)

    assert tmp_path in binaries.parents
    version = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert "PostgreSQL" in version.stdout
