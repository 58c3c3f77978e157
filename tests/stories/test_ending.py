"""An orderly end, and a copy for bad days."""

from __future__ import annotations

import json

from tests.support.town import Town


async def test_sigterm_finishes_what_is_in_hand(towns: Town) -> None:
    """Exit code 0 within ten seconds, in the middle of work; the next start goes on where it ended."""
    town = towns
    group = await town.group("阳光小区", [town.lin])
    await town.stop_bot()
    process = await town.start_process()
    neighbours = [town.sandbox.user(f"邻居{n}", id=9100 + n, language="zh-hans") for n in range(10)]
    for neighbour in neighbours:
        group.joins(neighbour)
    for number in range(60):
        neighbours[number % 10].writes(group, f"/report 第{number + 1}盏路灯坏了")
        if number == 20:
            await town.sees(group, "民情 #1")
    code, seconds = await process.terminate()
    assert code == 0
    assert seconds < 10
    assert "Traceback" not in process.said()

    await town.start_process()
    await town.sees(group, "民情 #60")
    await town.settled()
    cards = [m for m in group.messages if m.by_bot and m.text.startswith("民情 #")]
    assert len(cards) == 60, "each receipt once: nothing was in doubt"


async def test_sigterm_while_telegram_is_silent(town: Town) -> None:
    """Calls that hang do not keep it from ending."""
    await town.stop_bot()
    process = await town.start_process()
    town.lin.says("路灯坏了")
    await town.lin.told("民情 #1")
    town.sandbox.faults.add("hang", "sendMessage", times=None)
    town.lin.says("下水道堵了")
    await town.sandbox.all_confirmed()
    code, seconds = await process.terminate()
    assert code == 0
    assert seconds < 10
    town.sandbox.faults.clear()
    await town.start_process()
    await town.lin.told("民情 #2")


async def test_a_backup_of_the_running_office_brings_it_back(towns: Town) -> None:
    """Made while reports come in; restored, it has whole cases, and the bot runs on with them."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he])
    for number in range(10):
        town.lin.writes(group, f"/report 第{number + 1}盏路灯坏了")
    await town.sees(group, "民情 #3")
    backup = town.folder / "monday.backup"
    written = await town.program("backup", str(backup))
    assert written.code == 0, written.err
    await town.sees(group, "民情 #10")
    await town.settled()
    town.he.writes(group, "/report 备份之后的事")
    await town.sees(group, "民情 #11")
    await town.settled()
    await town.stop_bot()

    restored = await town.program("restore", str(backup))
    assert restored.code == 0, restored.err
    assert "kept in" in restored.out
    cases = [json.loads(line) for line in (await town.program("export", "cases")).out.splitlines()]
    assert 3 <= len(cases) <= 10
    assert "备份之后的事" not in {case["text"] for case in cases}

    await town.start_bot()
    town.wang.says("/accept 1")
    await town.wang.told("已受理 #1")
    asked = town.lin.writes(group, "/report 恢复之后的事")
    await town.sees(group, "恢复之后的事", after=asked)


async def test_restore_beside_a_running_bot_is_refused(town: Town) -> None:
    """In a sentence, and nothing is touched."""
    backup = town.folder / "monday.backup"
    assert (await town.program("backup", str(backup))).code == 0
    refused = await town.program("restore", str(backup))
    assert refused.code == 1
    assert len(refused.err.strip().splitlines()) == 1
    town.lin.says("路灯坏了")
    await town.lin.told("民情 #1")
