"""A dispute is mediated, in private, until both sides have their agreement in writing."""

from __future__ import annotations

import io

from docx import Document

from tests.stories.steps import reported_privately
from tests.support.town import Town


async def test_a_dispute_from_consent_to_agreement(towns: Town) -> None:
    """Named, asked, consented, sat down together, agreed: as words and as a document that Word opens."""
    town = towns
    card = await reported_privately(town, town.lin, "和楼上邻居有纠纷，他的雨棚往我家滴水")
    assert "纠纷" in card.text
    town.wang.presses(card, "受理")
    await town.lin.told("已受理")
    await town.shows(card, "🔵 调处")

    town.wang.presses(card, "纠纷调解")
    await town.wang.told("另一方：还没有登记")
    town.wang.says("/agreement 1 各退一步")
    await town.wang.told("要双方都同意")
    town.wang.says("/party 1 赵大")
    overview = await town.wang.told("另一方 赵大")
    question = await town.lin.told("愿意调解吗")
    town.lin.presses(question, "✅ 同意调解")
    await town.shows(question, "您已同意调解")
    await town.wang.told("群众同意调解")
    town.wang.presses(overview, "赵大同意")
    await town.shows(overview, "另一方 赵大：✅")
    town.wang.says("/session 1 2026-11-23 社区会议室 | 双方和王芳 | 谈成了")
    await town.wang.told("调解 1 次")

    town.wang.says("/agreement 1 赵大十二月十日前拆掉雨棚")
    town.wang.presses(await town.wang.told("协议内容如下"), "确认")
    await town.lin.told("拆掉雨棚")
    sent = await town.sees(town.lin.chat, "打印后由双方签字")
    await town.wang.told("打印后由双方签字")
    assert sent.file_id is not None
    stored = town.sandbox.world.files.by_id[sent.file_id]
    assert stored.name == "调解协议书-1.docx"
    paper = Document(io.BytesIO(town.sandbox.world.files.read(stored)))
    assert any("拆掉雨棚" in paragraph.text for paragraph in paper.paragraphs)
    assert not any("赵大" in text for text in town.zhao.sees())
