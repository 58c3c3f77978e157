"""What a case is about is proposed, shown, changed by those who may, and each change is on record."""

from __future__ import annotations

import json

import pytest

from liaisonbot import categories
from liaisonbot.model import Attachment
from liaisonbot.outgoing import CARDS
from liaisonbot.workflow import Event
from storage.export import read_cases
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office, Sent

LAMP = "路灯坏了"
SLOW = "我们公司办营业执照审批太慢，跑了好几个部门"
FINED = "我们公司被乱罚款"


def card(office: Office, who: int = DEPUTY) -> Sent:
    """The newest card of the case with somebody who works on it."""
    return next(sent for sent in reversed(office.chats[who]) if sent.outgoing.purpose in CARDS)


def timeline(office: Office, who: int) -> str:
    office.writes(who, "/case 1")
    return office.told(who)


def test_tags_are_proposed_and_stand_on_every_card(office: Office) -> None:
    """The words of the text speak for them; deputy, author and group see them."""
    office.writes(ALICE, f"/report {SLOW}", group=GROUP)
    assert office.case(1).tags == ("slow_approval", "too_many_steps")
    assert "审批慢、环节多" in office.told(GROUP)
    deputy = DEPUTY if office.chats[DEPUTY] else OTHER_DEPUTY
    assert "🏷 审批慢、环节多" in card(office, deputy).text
    assert "🏷 审批慢、环节多" in timeline(office, ALICE)


def test_what_is_said_of_people_in_office_is_not_shown_in_the_group(office: Office) -> None:
    """The tag is there for those who work on it; the group is only led to the private chat."""
    office.writes(ALICE, f"/report {FINED}", group=GROUP)
    assert office.case(1).tags == ("arbitrary_enforcement",)
    told = office.last(GROUP)
    assert "乱执法" not in told.text
    assert "私聊" in told.text
    assert any("私聊" in label for label in told.buttons)


def test_a_case_that_says_nothing_of_business_has_no_tag(office: Office) -> None:
    """The card has no line for it."""
    office.writes(ALICE, "物业服务差，电梯坏了")
    assert office.case(1).tags == ()
    assert "🏷" not in "".join(office.all_texts())


def test_who_sorts_reads_what_the_case_is_about(office: Office) -> None:
    """A case of a picture only says so; numbers by which somebody could be found are masked here as on the cards."""
    office.writes(ALICE, None, attachments=(Attachment("photo", "p1"),))
    office.writes(STAFF, "/sort 1")
    assert "民情 #1「（见附件）」" in office.told(STAFF)
    office.writes(BOB, "路灯坏了，请打 13811112222")
    office.writes(STAFF, "/sort 2")
    assert "路灯坏了" in office.told(STAFF)
    assert "13811112222" not in office.told(STAFF)


@pytest.mark.parametrize("who", [ALICE, DEPUTY, STAFF, OWNER], ids=["author", "deputy", "staff", "owner"])
def test_whoever_may_changes_it_with_buttons(office: Office, who: int) -> None:
    """Category, kind and tags; the message with the buttons shows what it is now, and so does the deputy's card."""
    office.writes(ALICE, LAMP)
    office.writes(who, "/case 1")
    office.presses(who, office.last(who), "分类")
    panel = office.last(who)
    assert "市政设施" in panel.text
    office.presses(who, panel, "改类别")
    office.presses(who, panel, "下一页")
    office.presses(who, panel, "营商环境")
    assert office.case(1).category == "business_climate"
    assert "营商环境" in panel.text
    office.presses(who, panel, "改类型")
    office.presses(who, panel, "投诉")
    assert office.case(1).kind == "complaint"
    office.presses(who, panel, "标签")
    assert "该管不管" in panel.text
    office.presses(who, panel, "服务差")
    office.presses(who, panel, "不作为")
    office.presses(who, panel, "✓ 服务差")
    assert office.case(1).tags == ("inaction",)
    assert "✓ 不作为" in panel.buttons
    office.presses(who, panel, "返回")
    assert "🏷 不作为" in panel.text
    assert "营商环境 · 投诉" in card(office).text


def test_every_change_is_journalled(office: Office) -> None:
    """By whom, what it was and what it became: in the journal, in the timeline, in the export."""
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/sort 1 道路交通")
    office.writes(STAFF, "/sort 1 complaint, slow approval")
    with office.unit() as uow:
        first, second = [entry for entry in uow.journal.of_case(1) if entry.event == Event.SORTED]
        exported = next(iter(read_cases(uow.connection, since=None, until=None)))
    assert (first.by, first.details) == ("deputy", {"category": ["municipal_facilities", "roads_transport"]})
    assert (second.by, second.from_stage) == ("staff", second.to_stage)
    assert second.details == {"kind": ["help", "complaint"], "tags": [[], ["slow_approval"]]}
    told = timeline(office, ALICE)
    assert "改分类（代表）：市政设施 → 道路交通" in told
    assert "改分类（工作人员）：求助 → 投诉、无标签 → 审批慢" in told
    assert exported["tags"] == ["slow_approval"]
    notes = [step["note"] for step in exported["history"]]
    assert notes[1:] == [
        "category municipal_facilities > roads_transport",
        "kind help > complaint; tags none > slow_approval",
    ]


def test_a_line_names_what_it_is_in_either_language(office: Office) -> None:
    """Names with blanks, commas, several at once; a tag named again is taken off."""
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/sort 1 Roads & transport，投诉 审批慢 too many steps")
    case = office.case(1)
    assert (case.category, case.kind, case.tags) == (
        "roads_transport",
        "complaint",
        ("slow_approval", "too_many_steps"),
    )
    office.writes(DEPUTY, "/sort 1 审批慢")
    assert office.case(1).tags == ("too_many_steps",)
    office.writes(DEPUTY, "/sort 1 天上")
    assert "天上" in office.told(DEPUTY)
    assert office.case(1).category == "roads_transport"


def test_what_it_is_already_is_no_change(office: Office) -> None:
    """Nothing is journalled for it."""
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/sort 1 市政设施")
    with office.unit() as uow:
        assert [entry.event for entry in uow.journal.of_case(1)] == [Event.OPENED]


def test_sorting_moves_no_limit(office: Office) -> None:
    """It changes what a case is about, and nothing else."""
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/accept 1")
    before = office.case(1)
    office.writes(DEPUTY, "/sort 1 道路交通")
    after = office.case(1)
    assert (after.stage, after.stage_since, after.due_at) == (before.stage, before.stage_since, before.due_at)


@pytest.mark.parametrize("who", [BOB, OTHER_DEPUTY])
def test_nobody_else_sorts_it(office: Office, who: int) -> None:
    """By a line or by a forged button: it looks like what does not exist."""
    office.writes(ALICE, LAMP)
    office.writes(who, "/sort 1 道路交通")
    assert "没有找到" in office.told(who)
    office.presses_data(who, "sorted:1:category:housing")
    assert office.case(1).category == "municipal_facilities"


def test_a_closed_case_is_not_sorted(office: Office) -> None:
    """Its figures have been counted; the refusal names its stage."""
    office.writes(ALICE, LAMP)
    office.writes(DEPUTY, "/decline 1 请找物业")
    office.writes(STAFF, "/sort 1 道路交通")
    assert "办结" in office.told(STAFF)
    assert office.case(1).category == "municipal_facilities"


@pytest.mark.parametrize(
    "data",
    [
        "sort:1:x:0",
        "sort:1:category",
        "sort:x",
        "sorted:1:category:nonsense",
        "sorted:1:stage:closed",
        "sorted:1",
        "sort",
    ],
)
def test_forged_buttons_change_nothing(office: Office, data: str) -> None:
    """They are checked like anything typed, and answered in words."""
    office.writes(ALICE, LAMP)
    before = office.case(1)
    office.presses_data(ALICE, data)
    assert office.toasts[-1]
    assert office.case(1) == before


def test_my_data_has_the_tags_and_forgetting_keeps_the_figures(office: Office) -> None:
    """Tags are ours, not words of theirs: they stay for the statistics."""
    office.writes(ALICE, SLOW)
    office.writes(ALICE, "/sort 1 投诉")
    office.writes(ALICE, "/mydata")
    document = office.last(ALICE).outgoing.document
    assert document is not None
    assert json.loads(document[1])["cases"][0]["tags"] == ["slow_approval", "too_many_steps"]
    office.writes(ALICE, "/forget")
    office.presses(ALICE, office.last(ALICE), "确认")
    with office.unit() as uow:
        (entry,) = [entry for entry in uow.journal.of_case(1) if entry.event == Event.SORTED]
    assert entry.details == {"kind": ["help", "complaint"]}
    assert office.case(1).tags == ("slow_approval", "too_many_steps")


def test_the_field_has_nine_tags_in_three_groups() -> None:
    """Each group says what it means in both languages; one of them is private. No name is also a category's or a
    kind's.
    """
    assert len(categories.TAGS) == 9
    assert len(categories.TAG_GROUPS) == 3
    assert [group.key for group in categories.TAG_GROUPS.values() if group.private] == ["conduct"]
    for group in categories.TAG_GROUPS.values():
        assert sum(tag.group == group.key for tag in categories.TAGS.values()) == 3
        assert group.meaning_zh and group.meaning_en  # noqa: PT018 - both or nothing
    for tag in categories.TAGS.values():
        for name in (tag.key, tag.zh, tag.en):
            assert categories.tag_by_name(name) == tag
            assert categories.by_name(name) is None
            assert categories.kind_by_name(name) is None


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("开公司审批慢", ("slow_approval",)),
        ("The business licence took months: red tape, and rude staff", ("too_many_steps", "poor_service")),
        ("企业反映城管天天检查、随意罚款", ("arbitrary_enforcement",)),
        ("招标只要本地企业，地方保护", ("closed_to_others",)),
        ("Small business owner: officials do nothing about it", ("inaction",)),
        ("电梯维修服务差", ()),
        ("小区物业态度冷淡", ()),
        ("", ()),
    ],
)
def test_the_words_of_a_text_propose_tags(text: str, tags: tuple[str, ...]) -> None:
    """Only where it speaks of the business climate at all."""
    assert categories.propose_tags(text) == tags


def test_a_word_speaks_for_one_tag() -> None:
    """Else nobody could say which it proposes."""
    words = [word for tag in categories.TAGS.values() for word in tag.words]
    assert len(words) == len(set(words))
