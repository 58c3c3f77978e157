"""A call that was forked is a call like any other."""

from __future__ import annotations

import json
import signal
from datetime import timedelta
from pathlib import Path

from tests.support import programs
from tests.support.forked import Fork
from tests.support.programs import environment


async def test_it_ends_as_the_program_ends(tmp_path: Path) -> None:
    """With its exit code, and what it says on the one side and the other."""
    helped = await programs.call(tmp_path / "config.toml", "--help")
    wrong = await programs.call(tmp_path / "config.toml", "nonsense")

    assert (helped.code, helped.err) == (0, "")
    assert "set-aside" in helped.out
    assert (wrong.code, wrong.out) == (2, "")
    assert "nonsense" in wrong.err


async def test_it_can_be_killed(tmp_path: Path) -> None:
    """At any moment; several may wait for its end, and whoever comes late has the answer at once."""
    out = tmp_path / "out"
    fork = await Fork.begin("--help", out=out, err=out, env=environment())
    fork.kill()

    assert await fork.wait() in (-signal.SIGKILL, 0)
    assert await fork.wait() == fork.returncode
    fork.kill()


async def test_the_environment_is_that_of_the_call(tmp_path: Path) -> None:
    """Not that in which everything was loaded; nor does the next call know of it."""
    (tmp_path / "config.toml").write_text('[telegram]\ntoken = "42:TEST"\napi_base_url = "http://127.0.0.1:9"\n')
    out, err = tmp_path / "out", tmp_path / "err"
    words = ("check", "--config", str(tmp_path / "config.toml"))

    told = []
    for more in ({"LIAISONBOT_TELEGRAM__MODE": "pigeon"}, {}):
        fork = await Fork.begin(*words, out=out, err=err, env=environment() | more, folder=tmp_path)
        await fork.wait()
        told.append(out.read_text() + err.read_text())
        out.unlink()
        err.unlink()

    assert "telegram.mode" in told[0]
    assert "telegram.mode" not in told[1]


async def test_its_clock_can_be_ahead(tmp_path: Path, sqlite_url: str) -> None:
    """And is the machine's otherwise."""
    config = programs.write_config(
        tmp_path / "config.toml", {"telegram": {"token": "42:TEST"}, "database": {"url": sqlite_url}}
    )
    words = ("summary", "--format", "json")
    now, later = [await programs.call(config, *words, ahead=ahead) for ahead in (None, timedelta(days=3 * 365))]

    assert (now.code, later.code) == (0, 0)
    weeks = [int(json.loads(told.out)["window"]["label"][:4]) for told in (now, later)]
    assert 2 <= weeks[1] - weeks[0] <= 3
