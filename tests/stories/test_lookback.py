"""Looking back: a sample drawn with its seed, asked in one's own language, and what came of it as a list."""

from __future__ import annotations

from sandbox import Person
from tests.stories.steps import answered, pressed, rated
from tests.support.town import Town

CASES = (
    # what was wrong          how its result was rated then, and what they say now
    ("路灯坏了，三号门", "满意", "满意"),
    ("下水道堵了臭得很", "基本满意", "满意"),
    ("小区没有健身器材", "满意", "不满意"),
    ("公交站太远走不动", "满意", None),
)


async def closed_cases(town: Town) -> list[Person]:
    """Four cases of four people, answered and rated well."""
    people = []
    for number, (wrong, result, _) in enumerate(CASES, start=1):
        who = town.sandbox.user(f"居民{number}", language="zh-hans")
        people.append(who)
        asked = who.says(wrong)
        receipt = await who.chat.next_message(containing=f"民情 #{number}", after=asked, by_bot=True)
        if "阳光联络站" in receipt.labels:
            await pressed(town, who.presses(receipt, "阳光联络站"))
        await town.wang.told(wrong)
        await rated(town, who, await answered(town, town.wang, number, f"办好了{number}", to=who.chat), "满意", result)
        await who.told(f"民情 #{number} 已办结")
    return people


async def test_same_better_worse_and_no_answer(towns: Town) -> None:
    """The seed stands on the preview and on the results, draws the same again, and the list says who changed how."""
    town = towns
    people = await closed_cases(town)
    await town.later(days=3)
    town.zhao.says("/lookback 4")
    preview = await town.zhao.told("抽查 4 件，问 4 位群众")
    seed = preview.text.split("抽样编号：")[1].split("（")[0]
    await pressed(town, town.zhao.presses(preview, "确认"))
    for who, (_, _, now) in zip(people, CASES, strict=True):
        question = await who.told("回头看")
        if now is not None:
            await pressed(town, who.presses(question, now))
    await town.zhao.told("群众现在不满意")

    await town.later(days=1)
    town.zhao.says("/lookback")
    await pressed(town, town.zhao.presses(await town.zhao.told("从已办结的民情里"), "第 1 次结果"))
    results = await town.zhao.told("按编号重抽，结果一致")
    for line in (
        f"抽样编号 {seed}",
        "一样 1\u3000变好 1\u3000变差 1\u3000未答 1",
        "答复满意·落实不满意\n#3 王芳",
        "❌ 变差 #3 王芳：满意 → 不满意",
        "👍 变好 #2 王芳：基本满意 → 满意",
        "＝ 一样 #1 王芳：满意 → 满意",
        "… 未答 #4 王芳：满意 → 未答",
    ):
        assert line in results.text
    assert "没有可以再问的人" not in results.text

    town.zhao.says("/lookback 4")
    await town.zhao.told("90 天内问过的不再打扰")
