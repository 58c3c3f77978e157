"""From candidates to chosen projects, as residents, deputies and staff see it on their phones."""

from __future__ import annotations

from liaisonbot.projects import Phase, ProjectState
from tests.stories.projects import a_cycle_in_screening, answered, cast, moved_on, screened
from tests.stories.steps import pressed
from tests.support.town import Town
from tests.support.units import a_unit

TITLES = ("社区食堂", "健身步道", "老旧电梯更换", "口袋公园")


def states(town: Town) -> dict[str, ProjectState]:
    with a_unit(town.database_url) as uow:
        return {project.title: project.state for project in uow.projects.find(limit=100)}


async def test_residents_choose_deputies_decide_in_two_rounds_and_it_is_announced(towns: Town) -> None:
    """Two groups and three deputies of two stations; nothing is to be seen of the vote before its end."""
    town = towns
    sunny = await town.group("阳光小区", [town.lin, town.he], kind="supergroup")
    river = await town.group("滨河小区", [town.alice, town.he], station="RIVER", kind="supergroup")
    for person in (town.lin, town.he):
        await town.opens(person)
    for deputy in (town.wang, town.li, town.chen):
        deputy.says("/start")
    await town.settled()
    proposers = dict(zip(TITLES, (town.lin, town.owner, town.owner, town.owner), strict=True))
    await a_cycle_in_screening(town, town.owner, "/newcycle 2027 城东街道 2 all", proposers)
    receipt = await answered(town, town.he, "/project 4", TITLES[3])
    await pressed(town, town.he.presses(receipt, "我也支持"))
    await screened(town, town.owner, 4)
    await moved_on(town, town.owner, "意见征集")

    town.owner.says("/vote")
    screen = await town.owner.told("4 个候选项目，2 个名额")
    town.owner.presses(screen, "发起居民投票")
    draft = await town.owner.told("民意指数")
    town.owner.presses(draft, "确认")
    polls = [await town.sees(room, "最想要哪几项") for room in (sunny, river)]
    town.lin.votes(polls[0], [0, 3])
    town.he.votes(polls[0], [0])
    town.he.votes(polls[1], [0, 1])
    town.alice.votes(polls[1], [1])
    await town.settled()
    await town.later(days=8)
    for room in (sunny, river):
        told = await town.sees(room, "民意指数：按名次")
        assert "社区食堂 ★★★★★：2 票" in told.text
        assert "3 人参加" in told.text
        assert "不代替代表票决" in told.text

    await moved_on(town, town.owner, "审议票决")
    town.owner.says("/vote most_approvals 24h")
    draft = await town.owner.told("草稿")
    assert "投票代表 3 位" in draft.text
    assert "1. 社区食堂 ★★★★★" in draft.text
    before = [deputy.chat.last for deputy in (town.wang, town.li, town.chen)]
    town.owner.presses(draft, "确认")
    deputies = (town.wang, town.li, town.chen)
    slips = [
        await town.sees(deputy.chat, "实事项目票决", after=last) for deputy, last in zip(deputies, before, strict=True)
    ]
    for deputy, slip, approved in zip(deputies, slips, ([1, 2], [1, 3], [1]), strict=True):
        await cast(town, deputy, slip, approved)
    await town.settled()
    await town.later(seconds=10)
    await town.shows(draft, "已投 3 位，共 3 位")
    assert "▰" not in draft.text
    assert set(states(town).values()) == {ProjectState.CANDIDATE}
    assert not any("票决结果" in message.text for message in sunny.messages)

    await town.later(hours=25)
    asked = await town.owner.told("下一步")
    assert "2 个项目票数相同，剩 1 个名额" in asked.text
    assert states(town)["社区食堂"] is ProjectState.CHOSEN
    assert states(town)["口袋公园"] is ProjectState.NOT_CHOSEN
    for deputy in deputies:
        assert "参加票决" in (await deputy.told("记进履职")).text
    before = [deputy.chat.last for deputy in deputies]
    town.owner.presses(asked, "开始下一轮")
    slips = [
        await town.sees(deputy.chat, "实事项目票决", after=last) for deputy, last in zip(deputies, before, strict=True)
    ]
    for deputy, slip, approved in zip(deputies, slips, ([2], [2], [1]), strict=True):
        await cast(town, deputy, slip, approved)
    await town.later(hours=25)
    decided = await town.owner.told("2 轮合计选出 2 项")
    for deputy, last in zip(deputies, before, strict=True):
        await town.sees(deputy.chat, "记进履职", after=last)
    assert states(town)["老旧电梯更换"] is ProjectState.CHOSEN

    town.owner.presses(decided, "起草公告")
    control = await town.owner.told("点「确认」")
    document = await town.owner.told("公告的文档")
    assert document.kind == "document"
    town.owner.presses(control, "改文字")
    question = await town.owner.told("整段替换", after=control)
    town.owner.says("票决公告：社区食堂、老旧电梯更换当选。")
    control = await town.owner.told("点「确认」", after=question)
    town.owner.presses(control, "确认")
    for room in (sunny, river):
        post = await town.sees(room, "票决公告：社区食堂")
        assert post.kind == "photo"
    assert "「社区食堂」当选了：赞成 3 票" in (await town.lin.told("您提的")).text
    assert "「口袋公园」这次没有当选" in (await town.he.told("您提的")).text
    with a_unit(town.database_url) as uow:
        cycle = uow.cycles.get(1)
    assert cycle is not None
    assert cycle.phase is Phase.IMPLEMENTATION
