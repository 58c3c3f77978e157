"""The formal reply: class, date and plan, templates, and the preview before it goes."""

from __future__ import annotations

import pytest

from liaisonbot import categories, reply_templates
from liaisonbot.model import Attachment
from liaisonbot.services import saved_templates
from liaisonbot.texts import LANGUAGES
from liaisonbot.vocabulary import ReplyClass, Stage
from tests.liaisonbot.services.conftest import ALICE, DEPUTY, OTHER_DEPUTY
from tests.support.office import GROUP, Office


def asked_for_words(office: Office, word: str = "A ") -> None:
    """A case, and its deputy in the reply's dialogue with the class chosen."""
    office.writes(ALICE, "路灯坏了")
    office.presses_data(DEPUTY, "do:reply:1")
    office.presses(DEPUTY, office.last(DEPUTY), word)


# --- the preview ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["A ", "C ", "D "])
def test_the_preview_is_what_the_constituent_reads(office: Office, word: str) -> None:
    """Heading, class and words, to the letter; and the buttons are named."""
    asked_for_words(office, word)
    office.writes(DEPUTY, "供电所修好了 <三号灯>")
    preview = office.last(DEPUTY)
    assert office.case(1).stage is Stage.COLLECTION

    office.presses(DEPUTY, preview, "确认")

    read = office.last(ALICE, containing="供电所")
    assert read.text in preview.text
    for label in read.buttons:
        assert label.removeprefix("▼ ") in preview.text


def test_a_case_of_pictures_alone_is_asked_about_as_such(office: Office) -> None:
    """Nobody reads of a case about 「」."""
    office.writes(ALICE, "", attachments=(Attachment("photo", "P1"),))
    office.writes(DEPUTY, "/reply 1")
    assert "民情 #1「（见附件）」" in office.told(DEPUTY)


def test_class_b_asks_for_its_date_and_its_plan(office: Office) -> None:
    """Both are read by the constituent, as the preview shows them, and the plan is kept with the reply."""
    asked_for_words(office, "B ")
    office.writes(DEPUTY, "2026-12-10")
    office.writes(DEPUTY, "供电所正在换线")
    assert "完成那天之前" in office.told(DEPUTY)
    office.writes(DEPUTY, "这几天先装临时灯")
    preview = office.last(DEPUTY)
    office.presses(DEPUTY, preview, "确认")

    read = office.last(ALICE, containing="供电所正在换线")
    assert read.text in preview.text
    assert "12月10日" in read.text
    assert read.text.endswith("⏳ 完成之前：这几天先装临时灯")
    with office.unit() as uow:
        assert "先装临时灯" in (uow.messages.of_case(1)[-1].text or "")


def test_a_plan_that_stands_in_the_words_is_not_asked_twice(office: Office) -> None:
    """One press leads on."""
    asked_for_words(office, "B ")
    office.writes(DEPUTY, "2026-12-10")
    office.writes(DEPUTY, "供电所正在换线，先装临时灯")
    office.presses(DEPUTY, office.last(DEPUTY), "正文里已经写了")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert office.last(ALICE, containing="先装临时灯").text.endswith("先装临时灯")


def test_what_stands_in_the_preview_can_be_changed(office: Office) -> None:
    """Words or class, one at a time; the rest stays, and what the new class needs is asked for."""
    asked_for_words(office)
    office.writes(DEPUTY, "修好来")
    office.presses(DEPUTY, office.last(DEPUTY), "修改")
    office.presses(DEPUTY, office.last(DEPUTY), "正文")
    assert "修好来" in office.told(DEPUTY)
    office.writes(DEPUTY, "修好了")
    office.presses(DEPUTY, office.last(DEPUTY), "修改")
    office.presses(DEPUTY, office.last(DEPUTY), "类别")
    office.presses(DEPUTY, office.last(DEPUTY), "B ")
    office.writes(DEPUTY, "2026-12-10")
    office.writes(DEPUTY, "先装临时灯")
    assert "修好来" not in office.told(DEPUTY)
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert (office.case(1).reply_class, str(office.case(1).promise_date)) == (ReplyClass.B, "2026-12-10")
    assert "修好了" in office.told(ALICE)


def test_class_b_that_becomes_another_promises_nothing(office: Office) -> None:
    """Date and plan go with the class they belonged to."""
    asked_for_words(office, "B ")
    for words in ("2026-12-10", "正在修", "先装临时灯"):
        office.writes(DEPUTY, words)
    office.presses(DEPUTY, office.last(DEPUTY), "修改")
    office.presses(DEPUTY, office.last(DEPUTY), "类别")
    office.presses(DEPUTY, office.last(DEPUTY), "C ")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert office.case(1).promise_date is None
    assert "临时灯" not in office.told(ALICE)


def test_nothing_goes_before_it_is_confirmed(office: Office) -> None:
    """Cancelled, the case is as it was and nobody heard anything."""
    asked_for_words(office)
    office.writes(DEPUTY, "修好了")
    office.presses(DEPUTY, office.last(DEPUTY), "取消")
    assert office.case(1).stage is Stage.COLLECTION
    assert not any("修好了" in sent.text for sent in office.chats[ALICE])


def test_the_preview_says_that_somebody_reads_another_language(office: Office) -> None:
    """The heading comes in theirs; the deputy's words are not translated."""
    office.writes(ALICE, "The lamp is broken", language="en")
    office.presses_data(DEPUTY, "do:reply:1")
    office.presses(DEPUTY, office.last(DEPUTY), "A ")
    office.writes(DEPUTY, "Repaired")
    assert "English" in office.told(DEPUTY)


def test_a_plan_is_masked_in_a_group(office: Office) -> None:
    """Whoever never opened the private chat is answered in the group, where no number may stand."""
    office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.presses_data(DEPUTY, "do:reply:1")
    office.presses(DEPUTY, office.last(DEPUTY), "B ")
    for words in ("2026-12-10", "正在修", "急事打 13812345678"):
        office.writes(DEPUTY, words)
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert "完成之前：急事打" in office.told(GROUP)
    assert "13812345678" not in office.told(GROUP)


# --- templates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("category", categories.CATEGORIES)
@pytest.mark.parametrize("reply_class", ReplyClass)
def test_every_class_and_category_has_its_templates(reply_class: ReplyClass, category: str) -> None:
    """One written for the category at least, and three to choose from at once."""
    fitting = reply_templates.fitting(reply_class, category)
    assert category in fitting[0].categories
    assert len(fitting) >= 3


@pytest.mark.parametrize("template", reply_templates.TEMPLATES, ids=lambda template: template.key)
def test_a_template_is_short_and_promises_nothing_of_the_deputys(template: reply_templates.Template) -> None:
    """A deputy repairs nothing himself: it is the unit that does, or will. And it fits a phone in both languages."""
    for language in LANGUAGES:
        words = template.words(language)
        assert len(words) <= (120 if language == "zh" else 300)
        assert "【单位】" in words or "【unit】" in words
        assert len(template.label(language)) <= 32
    assert template.categories <= set(categories.CATEGORIES)
    assert not any(wrong in template.zh for wrong in ("我修", "我负责修", "我会修", "我保证", "我一定"))
    assert not any(wrong in template.en for wrong in ("I will repair", "I will fix", "I promise", "I guarantee"))
    if template.reply_class is ReplyClass.B:
        assert "【日期】" in template.zh
        assert "【date】" in template.en


def test_the_most_fitting_three_are_offered_with_more_and_ones_own(office: Office) -> None:
    """A lamp is municipal: what was written for that stands first."""
    asked_for_words(office)
    labels = list(office.last(DEPUTY).buttons)
    assert labels[0] == "📄 单位已修好"
    assert [label[0] for label in labels] == ["📄", "📄", "📄", "📚", "✍", "‹", "✖"]


def test_a_templates_blanks_are_asked_for_one_by_one(office: Office) -> None:
    """What comes of it is shown in the preview before it goes, and goes as it is."""
    asked_for_words(office)
    office.presses(DEPUTY, office.last(DEPUTY), "单位已修好")
    assert "【单位】填什么" in office.told(DEPUTY)
    office.writes(DEPUTY, "供电所")
    assert "【做了什么】填什么" in office.told(DEPUTY)
    office.writes(DEPUTY, "换了灯泡")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    read = office.told(ALICE)
    assert "我转给了供电所。他们已经修好：换了灯泡。" in read
    assert "【" not in read


def test_a_promised_date_fills_its_blank(office: Office) -> None:
    """It was asked for already."""
    asked_for_words(office, "B ")
    office.writes(DEPUTY, "2026-12-10")
    office.presses(DEPUTY, office.last(DEPUTY), "单位正在修")
    office.writes(DEPUTY, "供电所")
    office.presses(DEPUTY, office.last(DEPUTY), "正文里已经写了")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert "供电所已经到现场看过，正在安排维修，他们答应 12月10日周四前完成" in office.told(ALICE)


def test_ones_own_words_take_the_place_of_a_template(office: Office) -> None:
    """Before a blank is filled, by a button; typed straight away, without any."""
    asked_for_words(office)
    office.presses(DEPUTY, office.last(DEPUTY), "单位已修好")
    office.presses(DEPUTY, office.last(DEPUTY), "自己写")
    office.writes(DEPUTY, "都好了")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert office.told(ALICE).endswith("都好了")


def test_all_templates_of_the_class_can_be_looked_through(office: Office) -> None:
    """More leads to the rest of them, page by page."""
    asked_for_words(office)
    office.presses(DEPUTY, office.last(DEPUTY), "更多模板")
    labels = list(office.last(DEPUTY).buttons)
    assert "📄 已问清楚" in labels
    office.presses(DEPUTY, office.last(DEPUTY), "已问清楚")
    assert "【单位】填什么" in office.told(DEPUTY)


# --- the deputy's own -------------------------------------------------------------------------------------------------


def saved(office: Office, words: str = "【单位】换好了灯泡，谢谢提醒。") -> None:
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, f"/reply 1 {words}")
    if "【" in words:  # it is asked whether that is meant
        office.presses(DEPUTY, office.last(DEPUTY), "照原样")
        office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.presses(DEPUTY, office.last(DEPUTY, containing="答复已发出"), "存为模板")


def test_a_reply_is_saved_and_stands_first_next_time(office: Office) -> None:
    """Its blanks are asked for like those of the others."""
    saved(office)
    assert "已存为模板" in office.told(DEPUTY)
    office.writes(ALICE, "广场的路灯也坏了")
    office.presses_data(DEPUTY, "do:reply:2")
    office.presses(DEPUTY, office.last(DEPUTY), "A ")
    labels = list(office.last(DEPUTY).buttons)
    assert labels[0].startswith("⭐")
    office.presses(DEPUTY, office.last(DEPUTY), "⭐")
    office.writes(DEPUTY, "供电所")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    assert office.told(ALICE).endswith("供电所换好了灯泡，谢谢提醒。")


def test_the_list_uses_renames_and_deletes(office: Office) -> None:
    """By buttons, and the name by one line as well."""
    saved(office)
    office.writes(DEPUTY, "/templates")
    office.presses(DEPUTY, office.last(DEPUTY), "⭐")
    office.presses(DEPUTY, office.last(DEPUTY), "改名")
    office.writes(DEPUTY, "换灯泡")
    assert "换灯泡" in office.told(DEPUTY)
    office.writes(DEPUTY, "/templates 1 灯泡换好")
    assert "灯泡换好" in office.told(DEPUTY)
    office.writes(ALICE, "广场的路灯也坏了")
    office.presses(DEPUTY, office.last(DEPUTY, containing="灯泡换好"), "用它答复")
    office.presses(DEPUTY, office.last(DEPUTY), "#2")
    assert "【单位】填什么" in office.told(DEPUTY)
    office.writes(DEPUTY, "/templates 1")
    office.presses(DEPUTY, office.last(DEPUTY), "删除")
    assert "真的删掉模板" in office.told(DEPUTY)
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.writes(DEPUTY, "/templates")
    assert "还没有存过模板" in office.told(DEPUTY)


def test_templates_are_each_deputys_own(office: Office) -> None:
    """Another deputy's number is answered like one that does not exist."""
    saved(office)
    office.writes(OTHER_DEPUTY, "/templates 1")
    theirs = office.told(OTHER_DEPUTY)
    office.writes(OTHER_DEPUTY, "/templates 999")
    assert office.told(OTHER_DEPUTY) == theirs
    office.presses_data(OTHER_DEPUTY, "droptemplate:1")
    with office.unit() as uow:
        assert len(uow.reply_templates.of(1)) == 1


def test_numbers_are_masked_in_a_template(office: Office) -> None:
    """A template is for other people's cases."""
    saved(office, "已请李师傅联系您，电话 13812345678")
    with office.unit() as uow:
        assert "13812345678" not in uow.reply_templates.of(1)[0].text


def test_there_is_an_end_to_saving(office: Office) -> None:
    """Thirty at most, and the same words once."""
    saved(office)
    office.presses_data(DEPUTY, "savetemplate:1")
    assert "已经是您的模板" in office.toasts[-1]
    with office.unit() as uow:
        for number in range(saved_templates.MOST - 1):
            uow.reply_templates.add(
                1,
                name=str(number),
                reply_class=ReplyClass.A,
                category="other",
                text=str(number),
                case=None,
                now=office.now,
            )
    office.writes(ALICE, "广场的路灯也坏了")
    office.writes(DEPUTY, "/reply 2 又修好一盏")
    office.presses(DEPUTY, office.last(DEPUTY, containing="答复已发出"), "存为模板")
    assert "最多存 30 个" in office.toasts[-1]


@pytest.mark.parametrize("who", [ALICE, DEPUTY])
def test_forgetting_takes_the_template_along(office: Office, who: int) -> None:
    """Whose case it came from may stand in it; and a deputy's own go with the deputy's data."""
    saved(office)
    with office.unit() as uow:
        person = uow.people.find(who)
        assert person is not None
        mine = uow.erasure.everything_of(person)["reply_templates"]
        assert bool(mine) == (who == DEPUTY)
        uow.erasure.erase(person, office.now)
        assert uow.reply_templates.of(1) == []


def test_a_case_of_somebody_else_gives_no_template(office: Office) -> None:
    """The button is checked like anything typed."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 修好了")
    for who in (OTHER_DEPUTY, ALICE):
        office.presses_data(who, "savetemplate:1")
        assert "没有找到" in office.toasts[-1]


def test_a_saved_template_is_without_the_plan(office: Office) -> None:
    """What happens until the day is of that case alone, and is asked for anew."""
    office.writes(ALICE, "路灯坏了")
    office.presses_data(DEPUTY, "do:reply:1")
    office.presses(DEPUTY, office.last(DEPUTY), "B ")
    office.writes(DEPUTY, "12月10日")
    office.writes(DEPUTY, "单位正在修")
    office.writes(DEPUTY, "先装临时灯")
    office.presses(DEPUTY, office.last(DEPUTY), "确认")
    office.presses(DEPUTY, office.last(DEPUTY, containing="答复已发出"), "存为模板")
    with office.unit() as uow:
        assert uow.reply_templates.of(1)[0].text == "单位正在修"
