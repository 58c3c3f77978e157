"""From an idea in a chat to a candidate: proposed, joined, taken into a cycle, screened, told."""

from __future__ import annotations

from liaisonbot.projects import Phase, Project, ProjectState
from sandbox import Person
from sandbox.model import Message
from tests.stories.steps import pressed, reported, unfolded
from tests.support.town import Town


async def project(town: Town, number: int) -> Project:
    found = await town.read(lambda uow: uow.projects.get(number))
    assert found is not None
    return found


async def makes_a_cycle(town: Town, staff: Person) -> None:
    """With the buttons of /cycle; what it is going to be is shown before it begins."""
    staff.says("/cycle")
    staff.presses(await town.sees(staff.chat, "没有进行中"), "新建一轮")
    staff.presses(await town.sees(staff.chat, "哪一年"), "2027")
    staff.presses(await town.sees(staff.chat, "哪一级"), "镇街级")
    staff.presses(await town.sees(staff.chat, "选出几个"), "3 个")
    staff.presses(await town.sees(staff.chat, "哪些联络站"), "阳光联络站")
    staff.presses(await town.sees(staff.chat, "新建 2027 年（镇街级）"), "确认")
    await town.sees(staff.chat, "新一轮开始了")


async def screen(town: Town, number: int) -> Message:
    """The staff's screen with that proposal on it."""
    asked = town.zhao.says("/cycle")
    shown = await town.sees(town.zhao.chat, "民生实事项目 2027 年", after=asked)
    await pressed(town, town.zhao.presses(shown, "初定筛选"))
    await town.shows(shown, "已筛")
    await pressed(town, town.zhao.presses(shown, str(number)))
    await town.shows(shown, f"{number} 号项目")
    return shown


async def test_from_the_idea_to_the_candidate(towns: Town) -> None:
    """From a group and from a case; two alike become one; one is excluded with its ground, one is a candidate."""
    town = towns
    group = await town.group("阳光小区", [town.lin, town.he, town.alice])
    for person in (town.lin, town.he, town.alice):
        await town.opens(person)

    # from a group: it waits in the reserve, and staff hear of it
    town.lin.writes(group, "/propose 给三号楼加装电梯。老人上下楼很吃力，电话 13812345678")
    receipt = await town.sees(group, "1 号项目")
    assert "13812345678" not in receipt.text
    assert "储备库" in receipt.text
    await town.zhao.told("新的项目建议：")

    # from a case: its author counts as proposer, and is told
    card = await reported(town, town.he, "希望小区里多几张长椅，老人没处坐", group)
    await unfolded(town, town.wang, card)
    await pressed(town, town.wang.presses(card, "项目点子"))
    await town.sees(town.wang.chat, "提成项目")
    town.wang.says("在中心花园加十张长椅")
    await town.sees(town.wang.chat, "2 号项目")
    await town.he.told("已转为 2 号项目")
    assert (await project(town, 2)).case == 1
    case = await town.read(lambda uow: uow.cases.get(1))
    assert case is not None
    assert case.kind == "project_idea"

    # alike: Alice joins, and hears it in English
    town.alice.writes(town.alice.chat, "/propose 三号楼加装电梯，老人上下楼吃力")
    asked = await town.sees(town.alice.chat, "project 3")
    await pressed(town, town.alice.presses(asked, "阳光联络站"))
    offer = await town.sees(town.alice.chat, "much the same")
    await pressed(town, town.alice.presses(offer, "Me too"))
    await town.shows(offer, "goes on in 1")
    assert (await project(town, 3)).state is ProjectState.JOINED

    # anybody reads the public story, in the group too
    town.he.writes(group, "/project 1")
    story = await town.sees(group, "2 人支持")
    assert "小林" not in story.text
    assert "13812345678" not in story.text

    # a cycle; both are taken in from the reserve
    await makes_a_cycle(town, town.zhao)
    await town.sees(group, "开始了")
    asked = town.zhao.says("/cycle")
    shown = await town.sees(town.zhao.chat, "储备库里有 2 个", after=asked)
    await pressed(town, town.zhao.presses(shown, "📄 项目"))
    await town.until(lambda: any("从储备库列入" in label for label in shown.labels), "the reserve")
    await pressed(town, town.zhao.presses(shown, "从储备库列入"))
    await town.shows(shown, "储备库：2 个可以列入")
    await pressed(town, town.zhao.presses(shown, "新提的全部列入"))
    await town.shows(shown, "已提出：2")

    # moving on asks first; wrong stage is refused in words
    refused = await pressed(town, town.zhao.presses_data(shown, "screen:1:candidate"))
    assert "只在「项目初定」" in refused.answer
    await pressed(town, town.zhao.presses(shown, "进入「项目初定」"))
    await town.shows(shown, "项目初定")
    await pressed(town, town.zhao.presses(shown, "确认"))
    await town.until(lambda: any("初定筛选 0/2" in label for label in shown.labels), "the screening")

    # excluded, with the ground in plain words to its proposer
    shown = await screen(town, 2)
    await pressed(town, town.zhao.presses(shown, "不纳入"))
    await town.shows(shown, "为什么不纳入")
    await pressed(town, town.zhao.presses(shown, "上级已经部署安排"))
    await town.shows(shown, "会看到这条理由")
    forged = await pressed(town, town.he.presses_data(town.he.chat.last, "screen:2:exclude:ordered"))
    assert "没有找到" in forged.answer
    await pressed(town, town.zhao.presses(shown, "确认"))
    await town.he.told("这次没有纳入，理由：上级已经部署安排")

    # a candidate: who joined it hears of it like its proposer
    await pressed(town, town.zhao.presses(shown, "下一个（1）"))
    await town.shows(shown, "1 号项目")
    await pressed(town, town.zhao.presses(shown, "列为候选"))
    await town.lin.told("成为候选项目")
    await town.alice.told("has become a candidate")
    again = await pressed(town, town.zhao.presses_data(shown, "screen:1:candidate"))
    assert "做不了" in again.answer
    await town.settled()
    assert [(await project(town, number)).state for number in (1, 2, 3)] == [
        ProjectState.CANDIDATE,
        ProjectState.EXCLUDED,
        ProjectState.JOINED,
    ]
    cycle = await town.read(lambda uow: uow.cycles.get(1))
    assert cycle is not None
    assert cycle.phase is Phase.SCREENING
