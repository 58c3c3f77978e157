"""One livelihood project from an idea in a chat to the appraisal of what was carried out (民生实事项目全过程)."""

from __future__ import annotations

from liaisonbot.projects import Phase, Project, ProjectEvent
from liaisonbot.vocabulary import Rating
from tests.stories.projects import answered, cast, confirmed, moved_on
from tests.stories.steps import pressed
from tests.support.town import Town
from tests.support.units import a_unit

LIFT, PATH, HALL = "给老楼加装电梯", "修一条健身步道", "办社区食堂"


def cycle_phase(town: Town) -> Phase:
    with a_unit(town.database_url) as uow:
        cycle = uow.cycles.get(1)
    assert cycle is not None
    return cycle.phase


def project(town: Town, number: int) -> Project:
    with a_unit(town.database_url) as uow:
        found = uow.projects.get(number)
    assert found is not None
    return found


async def test_from_an_idea_to_the_appraisal(towns: Town) -> None:
    """Proposed by a resident, screened, wanted, voted for, announced, carried out, judged; each step told."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he, town.wang], kind="supergroup")
    for person in (town.lin, town.he):
        await town.opens(person)
    for deputy in (town.wang, town.li):
        deputy.says("/start")
    await town.settled()

    # 征集: three proposals, one of them by a resident, another one stands behind it
    made = await answered(town, town.zhao, "/newcycle 2027 镇级 1 SUN", "新建 2027 年")
    await pressed(town, town.zhao.presses(made, "确认"))
    await town.sees(group, "项目征集")
    await answered(town, town.lin, f"/propose {LIFT}", "1 号", room=group)
    await answered(town, town.he, f"/propose {PATH}", "2 号", room=group)
    await answered(town, town.wang, f"/propose {HALL}", "3 号", room=group)
    await town.settled()

    # 初定: two become candidates, the third is not taken up, with its reason
    await moved_on(town, town.zhao, "项目初定")
    asked = town.zhao.says("/cycle")
    card = await town.sees(town.zhao.chat, "民生实事项目 2027 年", after=asked)
    await pressed(town, town.zhao.presses(card, "初定筛选"))
    await town.shows(card, "已筛 0 / 3")
    await pressed(town, town.zhao.presses_data(card, "screen:1:look"))
    for number in (1, 2):
        await pressed(town, town.zhao.presses(card, "列为候选"))
        await town.shows(card, f"已筛 {number} / 3")
        await pressed(town, town.zhao.presses(card, "下一个"))
        await town.settled()
    await pressed(town, town.zhao.presses(card, "不纳入"))
    await town.shows(card, "为什么不纳入")
    await pressed(town, town.zhao.presses_at(card, 0, 0))
    await town.shows(card, "确定吗")
    await pressed(town, town.zhao.presses(card, "确认"))
    await town.shows(card, "已筛 3 / 3")
    await town.wang.told("没有纳入")
    await town.lin.told("成为候选项目")

    # 意见征集: residents want the lift
    await moved_on(town, town.zhao, "意见征集")
    screen = await answered(town, town.zhao, "/vote", "2 个候选项目，1 个名额")
    town.zhao.presses(screen, "发起居民投票")
    draft = await town.zhao.told("民意指数")
    town.zhao.presses(draft, "确认")
    poll = await town.sees(group, "最想要哪几项")
    town.lin.votes(poll, [0])
    town.he.votes(poll, [0, 1])
    await town.settled()
    await town.later(days=8)
    assert f"{LIFT} ★★★★★：2 票" in (await town.sees(group, "民意指数：")).text

    # 审议票决: both deputies vote for the lift
    await moved_on(town, town.zhao, "审议票决")
    draft = await answered(town, town.zhao, "/vote 24h", "草稿")
    before = [deputy.chat.last for deputy in (town.wang, town.li)]
    town.zhao.presses(draft, "确认")
    for deputy, last in zip((town.wang, town.li), before, strict=True):
        slip = await town.sees(deputy.chat, "实事项目票决", after=last)
        await cast(town, deputy, slip, [1])
    await town.later(hours=25)
    decided = await town.zhao.told("可以起草公告")

    # 公告: announced, those behind the candidates told, the cycle moves on
    town.zhao.presses(decided, "起草公告")
    control = await town.zhao.told("点「确认」")
    town.zhao.presses(control, "确认")
    assert "当选项目 1 个" in (await town.sees(group, "票决结果公告")).text
    await town.lin.told(f"「{LIFT}」当选了")
    await town.he.told(f"「{PATH}」这次没有当选")
    await town.settled()
    assert cycle_phase(town) is Phase.IMPLEMENTATION

    # 监督实施: a unit, a target, a day; progress; carried out
    asked = await answered(town, town.zhao, "/carry 1 区住建局 | 加装电梯三部 | 2027-10-31", "节点")
    town.zhao.presses(asked, "先不写节点")
    sure = await town.sees(town.zhao.chat, "加装电梯三部", after=asked)
    town.zhao.presses(sure, "确认")
    await town.sees(group, "确定实施")
    await town.lin.told("定下来了")
    control = await answered(town, town.zhao, "/progress 1 井道开工了", "点「确认」")
    town.zhao.presses(control, "确认")
    await town.sees(group, "井道开工了")
    await town.lin.told("井道开工了")
    await town.later(days=60)
    await confirmed(town, town.zhao, "/carriedout 1 三部电梯都通了", "登记为办结", "办结")
    await town.lin.told("办结")

    # 满意度测评: the deputies judge, the cycle is over
    await moved_on(town, town.zhao, "满意度测评")
    before = [deputy.chat.last for deputy in (town.wang, town.li)]
    await confirmed(town, town.zhao, "/appraise 1 deputies zhenhai 7d", "2 位代表", "测评")
    for deputy, last in zip((town.wang, town.li), before, strict=True):
        slip = await town.sees(deputy.chat, "请您评一评", after=last)
        deputy.presses(slip, slip.labels[0])
        await town.settled()
    await town.later(days=8)

    async def judged() -> bool:
        return project(town, 1).verdict is not None

    await town.eventually(judged, "the verdict")
    await town.settled()
    with a_unit(town.database_url) as uow:
        events = [entry.event for entry in uow.projects.story(1, public_only=True)]
    wanted = (
        ProjectEvent.PROPOSED,
        ProjectEvent.SCREENED,
        ProjectEvent.INDEXED,
        ProjectEvent.ELECTED,
        ProjectEvent.CONFIRMED,
        ProjectEvent.PROGRESS,
        ProjectEvent.CARRIED_OUT,
        ProjectEvent.APPRAISED,
    )
    assert [event for event in wanted if event not in events] == []
    assert project(town, 1).verdict is Rating.SATISFIED
    await moved_on(town, town.zhao, "本轮结束")
    assert cycle_phase(town) is Phase.CLOSED
