"""/export as staff live with it: a few presses, one message, a file that opens; nothing of it stays with us."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from sandbox.model import Message
from tests.stories.steps import reported
from tests.support.town import Town


def the_file(town: Town) -> Message | None:
    return next((each for each in town.owner.chat.messages if each.by_bot and each.kind == "document"), None)


async def test_a_file_of_the_week_with_a_few_presses(town: Town) -> None:
    """Its one message says how far it is; once the file has arrived, nothing of it is left with us."""
    group = await town.group("阳光小区", [town.lin])
    await town.opens(town.lin)
    await reported(town, town.lin, "小区东门的路灯坏了，请打 13812345678", group)
    town.owner.says("/export")
    question = await town.owner.told("要导出什么")
    for word, then in (("民情", "哪一段时间"), ("本周", "要哪种文件"), ("Excel", "要不要写上姓名")):
        town.owner.presses(question, word)
        question = await town.owner.told(then)
    town.owner.presses(question, "不含")
    await town.shows(question, "好了：民情 · 2026 年第 48 周 · Excel 表格")

    document = await town.until(lambda: the_file(town), "the file")
    files = town.sandbox.world.files
    content = files.read(files.named(document.file_id or "", "document"))
    heads, row = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    assert heads[:3] == ("编号", "阶段", "结果类型")
    assert any("小区东门的路灯坏了" in str(cell) for cell in row)
    assert not any("12345678" in str(cell) for cell in row)
    await town.eventually(lambda: _nothing_left(town), "that nothing is left")


async def _nothing_left(town: Town) -> bool:
    return await town.read(lambda uow: uow.export_jobs.get(1) is None and uow.files.get(1) is None)
