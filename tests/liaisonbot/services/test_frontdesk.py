"""What reaches us is never lost, never met with silence, and never does more than it may."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from liaisonbot.incoming import MembershipChange, Place, QuotedMessage, Sender
from liaisonbot.model import Attachment
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.services import clockwork, frontdesk, roles
from liaisonbot.texts import Text
from liaisonbot.vocabulary import MessageKind, Stage
from tests.liaisonbot.services.conftest import ALICE, BOB, DEPUTY, OTHER_DEPUTY, OWNER, STAFF
from tests.support.office import GROUP, Office

PHOTO = Attachment("photo", "file-1")


def test_group_talk_is_neither_answered_nor_kept(office: Office) -> None:
    """People who merely talk near us are not even known to us."""
    office.writes(BOB, "吃了吗", group=GROUP)
    assert not office.chats[GROUP]
    with office.unit() as uow:
        assert uow.people.find(BOB) is None


def test_a_mention_opens_a_case(office: Office) -> None:
    """@bot TEXT counts like /report TEXT."""
    office.writes(ALICE, "@liaison_bot 垃圾没人收", group=GROUP, mention="垃圾没人收")
    assert office.case(1).text == "垃圾没人收"


def test_report_in_answer_registers_the_others_message(office: Office) -> None:
    """The case belongs to whoever wrote the message, its media included; a second time it is known already."""
    quoted = QuotedMessage(77, Sender(BOB, None, "zh"), False, "井盖没了", (PHOTO,))
    office.writes(ALICE, "/report", group=GROUP, answering=quoted)
    assert office.case(1).text == "井盖没了"
    with office.unit() as uow:
        assert [author.telegram_id for author in uow.cases.authors(1)] == [BOB]
        assert uow.messages.of_case(1)[0].attachments == (PHOTO,)
    assert office.last(GROUP).outgoing.reply_to == 77
    office.writes(ALICE, "/report", group=GROUP, answering=quoted)
    assert "#1" in office.told(GROUP)
    assert office.case(2) is None


def test_an_unbound_group_opens_no_case(office: Office) -> None:
    """The answer says so and offers the private chat."""
    office.writes(ALICE, "/report 路灯坏了", group=-777)
    assert office.case(1) is None
    assert office.last(-777).buttons


def test_an_album_is_one_case_whatever_comes_between(office: Office) -> None:
    """Parts find each other in the database; the deputy gets all pictures."""
    first = office.writes(ALICE, "三张照片", attachments=(PHOTO,), album="g1")
    office.writes(BOB, "别的事")
    second = office.writes(ALICE, None, attachments=(PHOTO,), album="g1")
    third = office.writes(ALICE, None, attachments=(PHOTO,), album="g1")
    with office.unit() as uow:
        assert len(uow.messages.of_case(1)) == 3
        assert uow.cases.get(3) is None
    copied = {id_ for sent in office.chats[DEPUTY] + office.chats[OTHER_DEPUTY] for id_ in sent.outgoing.copy_ids}
    assert copied >= {first, second, third}
    receipts = [sent for sent in office.chats[ALICE] if sent.outgoing.purpose == "receipt"]
    assert len(receipts) == 1


def test_a_group_album_keeps_the_parts_that_came_before_its_caption(office: Office) -> None:
    """In a group only the part with the command is addressed to us; the others are found again."""
    office.writes(ALICE, None, group=GROUP, attachments=(PHOTO,), album="g2")
    office.writes(ALICE, "/report 积水", group=GROUP, attachments=(PHOTO,), album="g2")
    office.writes(ALICE, None, group=GROUP, attachments=(PHOTO,), album="g2")
    with office.unit() as uow:
        assert len(uow.messages.of_case(1)) == 3


def test_an_edit_shows_the_new_text_and_keeps_the_old(office: Office) -> None:
    """The deputy is told once; a further edit soon after renews the card and what was told."""
    message_id = office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, "路灯坏了，三号楼", message_id=message_id, edit=True)
    assert office.case(1).text == "路灯坏了，三号楼"
    told = [sent for sent in office.chats[DEPUTY] if "修改" in sent.text]
    assert len(told) == 1
    office.writes(ALICE, "路灯坏了，五号楼", message_id=message_id, edit=True)
    told = [sent for sent in office.chats[DEPUTY] if "修改" in sent.text]
    assert len({sent.message_id for sent in told}) == 1
    assert "五号楼" in told[-1].text
    assert any("五号楼" in sent.text for sent in office.chats[DEPUTY])


def test_somebody_in_a_hurry_is_slowed_down_and_told_once(office: Office) -> None:
    """What is too much waits in the inbox; nothing is dropped."""
    from liaisonbot.ports import StoredUpdate

    for i in range(33):
        with office.unit() as uow:
            uow.inbox.add([StoredUpdate(office._update_id + 1, ALICE, "{}")], office.now)
        office.writes(ALICE, f"事情 {i}")
    told = [sent for sent in office.chats[ALICE] if "30" in sent.text and "一条不会丢" in sent.text]
    assert len(told) == 1
    with office.unit() as uow:
        assert uow.cases.get(30) is not None
        assert uow.cases.get(31) is None
        assert uow.inbox.next_deferred() is not None
        assert len(uow.inbox.pending(office.now + timedelta(minutes=1))) >= 3


def test_a_clock_that_is_put_back_slows_nobody_down(office: Office) -> None:
    """A machine whose clock was eight hours ahead when it started: who wrote then is not in a hurry afterwards."""
    office.writes(ALICE, "路灯坏了")
    office.now -= timedelta(hours=8)
    office.writes(ALICE, "井盖不见了")
    assert not [sent for sent in office.chats[ALICE] if "一条不会丢" in sent.text]
    assert office.case(2).text == "井盖不见了"


def test_a_clock_that_is_put_back_holds_no_chat(office: Office) -> None:
    """What could not be sent while it was ahead is tried again soon, not at that hour."""
    with office.unit() as uow:
        uow.outbox.add(Outgoing(Send.TEXT, ALICE, text=Text.of("delivered")), office.now)
        (promise,) = uow.outbox.turn(office.now, ())
        uow.outbox.retry(promise, office.now + timedelta(hours=8), "no answer")

    office.ticks()

    with office.unit() as uow:
        due = uow.outbox.next_due(office.now)
    assert due is not None
    assert due <= office.now + clockwork.LONGEST_RETRY


FORGED = [
    "x",
    "do:accept",
    "do:accept:abc",
    "do:accept:99999999999999999999",
    "do:forget:1",
    "rate:1:attitude:9",
    "rate:1:stage:3",
    "check:1:0",
    "page:secrets:0",
    "page:inbox:-1",
    "ans:1:yes",
    "station:1:1:1",
    "deputy:1:x",
    "cancel:77",
    "timeline:1:x",
    ":::::",
]


@pytest.mark.parametrize("data", ["", *FORGED])
def test_forged_buttons_are_answered_in_words_and_change_nothing(office: Office, data: str) -> None:
    """A button carries ids only, and is checked like anything typed."""
    office.writes(ALICE, "路灯坏了")
    before = office.case(1)
    office.presses_data(ALICE, data)
    assert office.toasts[-1]
    assert office.case(1) == before


OF_OTHERS = [
    "do:accept:1",
    "do:reply:1",
    "do:assign:1",
    "rate:1:attitude:3",
    "check:1:3",
    "do:withdraw:1",
    "do:case:1",
    "timeline:1:0",
    "deputies:1",
    "deputy:1:2",
    "station:1:1",
    "do:name:1",
]


@pytest.mark.parametrize("data", OF_OTHERS)
def test_buttons_of_others_do_not_work_for_a_stranger(office: Office, data: str) -> None:
    """Pressing somebody else's button is like naming a case that does not exist."""
    office.writes(ALICE, "路灯坏了")
    before = office.case(1)
    office.presses_data(BOB, data)
    theirs = office.toasts[-1]
    office.presses_data(BOB, data.replace(":1", ":999", 1))
    assert office.toasts[-1].replace("999", "1") == theirs
    assert office.case(1) == before


def test_an_old_button_answers_in_words(office: Office) -> None:
    """Accepting twice names the stage and what is possible from there."""
    office.writes(ALICE, "路灯坏了")
    card = office.last(DEPUTY, containing="#1")
    accept = card.button("受理")
    office.presses(DEPUTY, card, "受理")
    office.presses_data(DEPUTY, accept, card)
    assert "调处" in office.toasts[-1]


def test_html_that_people_type_stays_text(office: Office) -> None:
    """Markup in words and names is shown, not interpreted."""
    office.writes(ALICE, "<b>路灯</b> & <a href='x'>坏了</a>")
    card = office.last(DEPUTY, containing="#1")
    assert "&lt;b&gt;路灯&lt;/b&gt; &amp; &lt;a" in card.text


def test_deputies_and_staff_get_a_hint_not_a_case(office: Office) -> None:
    """A stray message of somebody who works here opens nothing; /report does."""
    office.writes(DEPUTY, "你好")
    assert office.case(1) is None
    office.writes(DEPUTY, "/report 我家路灯坏了")
    case = office.case(1)
    assert case.deputy_id == 2, "nobody handles their own case"


def test_nobody_handles_their_own_case(office: Office) -> None:
    """Not even staff or owners."""
    office.writes(STAFF, "/report 路灯坏了")
    for line in ("/assign 1 张三", "/close 1 算了", "/note 1 x", "/transfer 1 李四 y"):
        office.writes(STAFF, line)
        assert "没有找到" in office.told(STAFF)


def test_a_dialogue_survives_and_can_be_left(office: Office) -> None:
    """The questions come one by one; /cancel leaves; wrong answers keep the question open."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply")
    office.presses(DEPUTY, office.last(DEPUTY), "#1")
    office.presses(DEPUTY, office.last(DEPUTY), "B ")
    office.writes(DEPUTY, "改天")
    assert "看不出是哪一天" in office.told(DEPUTY)
    office.writes(DEPUTY, "2020-01-01")
    assert "过去" in office.told(DEPUTY)
    office.writes(DEPUTY, "2026-12-31")
    office.writes(DEPUTY, "/cancel")
    assert "取消" in office.told(DEPUTY)
    assert office.case(1).stage is Stage.COLLECTION
    office.writes(DEPUTY, "/mediate 1")
    office.writes(DEPUTY, "已联系")
    assert office.case(1).stage is Stage.COLLECTION, "mediating needs accepting first"


@pytest.mark.parametrize("word", ["取消", "Cancel.", " 取消！"])
def test_the_word_on_the_button_leaves_a_question_too(office: Office, word: str) -> None:
    """Typed as the whole message; a sentence that has it in it is an answer like any other."""
    office.writes(ALICE, "/report")
    office.writes(ALICE, word)
    assert "已取消" in office.told(ALICE)
    assert office.case(1) is None
    office.writes(ALICE, "/report")
    office.writes(ALICE, "取消了公交站，老人怎么办")
    assert office.case(1).text == "取消了公交站，老人怎么办"


def test_a_command_that_cannot_be_is_refused_before_the_questions(office: Office) -> None:
    """Nobody types a long answer for nothing."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/mediate 1")
    assert "收集" in office.told(DEPUTY)
    assert "受理" in office.told(DEPUTY)


def test_without_a_station_the_case_is_opened_and_the_station_asked(office: Office) -> None:
    """It stands in the owners' queue until the person presses their station."""
    office.station("B", "滨江联络站")
    office.writes(BOB, "没有路灯")
    assert office.case(1).station_id is None
    assert "#1" in office.told(OWNER)
    receipt = office.last(BOB)
    office.presses(BOB, receipt, "阳光")
    assert office.case(1).station_id == 1
    assert office.case(1).deputy_id is not None
    office.writes(BOB, "还有一件")
    assert office.case(2).station_id == 1


def test_the_constituent_can_choose_the_deputy_until_it_is_accepted(office: Office) -> None:
    """By button; the one who had it is told."""
    office.writes(ALICE, "路灯坏了")
    office.presses(ALICE, office.last(ALICE, containing="已收到"), "换一位")
    office.presses(ALICE, office.last(ALICE), "李四")
    office.presses(ALICE, office.last(ALICE, containing="李四"), "请李四代表跟进")
    assert office.case(1).deputy_id == 2
    assert any("不用再跟进" in sent.text for sent in office.chats[DEPUTY])
    office.writes(OTHER_DEPUTY, "/accept 1")
    office.presses(ALICE, office.last(ALICE, containing="已收到"), "换一位")
    assert "不能再换" in office.toasts[-1]


def test_transfer_and_assign_tell_all_three(office: Office) -> None:
    """The old deputy, the new one and the constituent."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/transfer 1 李四 我出差")
    assert office.case(1).deputy_id == 2
    assert "李四" in office.told(ALICE)
    assert "有新民情" in office.last(OTHER_DEPUTY).text
    office.writes(OTHER_DEPUTY, "/transfer #1 staff 不归我")
    assert office.case(1).deputy_id is None
    office.writes(STAFF, "/unassigned")
    assert "#1" in office.told(STAFF)
    office.writes(STAFF, "/assign 1 张三")
    assert office.case(1).deputy_id == 1


def test_silence_closes_as_unconfirmed_after_one_reminder(office: Office) -> None:
    """One reminder after three days; the window passed, the case closes; no notice comes twice."""
    office.writes(ALICE, "路灯坏了")
    office.writes(DEPUTY, "/reply 1 修好了")
    for _ in range(3):
        office.ticks(timedelta(days=3, hours=1))
        office.ticks()
    reminders = [sent for sent in office.chats[ALICE] if "还满意吗" in sent.text]
    assert len(reminders) == 1
    office.ticks(timedelta(days=7))
    assert office.case(1).outcome == "unconfirmed"


def test_forgetting_asks_first_and_leaves_nothing(office: Office) -> None:
    """After the confirmation the words are gone, the case is withdrawn, the group's card says so."""
    office.writes(ALICE, "/report 秘密的路灯", group=GROUP)
    office.writes(ALICE, "/forget")
    assert office.case(1).text
    office.presses(ALICE, office.last(ALICE), "确认")
    assert office.case(1).text is None
    assert office.case(1).outcome == "withdrawn"
    assert "删除" in office.told(ALICE)
    assert "秘密" not in office.last(GROUP, containing="#1").text
    assert any("撤回" in sent.text for sent in office.chats[DEPUTY]), "the deputy hears of it"
    with office.unit() as uow:
        assert uow.people.find(ALICE) is None


def test_my_data_is_a_document(office: Office) -> None:
    """All one's data, as JSON."""
    import json

    office.writes(ALICE, "路灯坏了")
    office.writes(ALICE, "/mydata")
    document = office.last(ALICE).outgoing
    assert document.kind is Send.DOCUMENT
    assert document.document is not None
    assert "路灯坏了" in json.dumps(json.loads(document.document[1]), ensure_ascii=False)


def test_a_name_or_a_contact_ends_anonymity_for_that_case(office: Office) -> None:
    """The deputy sees it from then on."""
    office.writes(ALICE, "路灯坏了")
    office.presses(ALICE, office.last(ALICE, containing="已收到"), "称呼")
    office.writes(ALICE, "王奶奶")
    assert not office.case(1).anonymous
    assert any("王奶奶" in sent.text for sent in office.chats[DEPUTY])
    contact = Attachment("contact", None, {"user_id": ALICE, "first_name": "王秀英", "phone_number": "13812345678"})
    office.writes(ALICE, None, attachments=(contact,), answering=office.last(ALICE, containing="已收到"))
    assert any("13812345678" in sent.text for sent in office.chats[DEPUTY])


def test_bind_and_unbind(office: Office) -> None:
    """Staff tie groups to their own stations only."""
    office.station("B", "滨江联络站")
    office.writes(STAFF, "/bind B", group=-500)
    assert "不是您的联络站" in office.told(-500)
    office.writes(STAFF, "/bind a", group=-500)
    assert "阳光联络站" in office.told(-500)
    office.writes(OWNER, "/bind B", group=-500)
    assert "滨江" in office.told(-500)
    office.writes(STAFF, "/unbind", group=-500)
    assert "另一个" in office.told(-500)
    office.writes(OWNER, "/unbind", group=-500)
    office.writes(ALICE, "/report x", group=-500)
    assert office.case(1) is None


def test_language_is_ones_own(office: Office) -> None:
    """/language changes what one reads, everything after included."""
    office.writes(ALICE, "/language en")
    office.writes(ALICE, "The street lamp is broken")
    assert "Received" in office.told(ALICE)
    office.writes(STAFF, "/language en", group=GROUP)
    office.writes(BOB, "/report lamp", group=GROUP)
    assert "Case #2" in office.last(GROUP, containing="#2").text


def test_a_command_in_answer_to_a_card_needs_no_number(office: Office) -> None:
    """The card says which case is meant; a number that is typed leads."""
    office.writes(ALICE, "路灯坏了")
    card = office.last(DEPUTY, containing="#1")
    office.writes(DEPUTY, "/accept", answering=card)
    assert office.case(1).stage is Stage.MEDIATION
    office.writes(DEPUTY, "/mediate 已联系供电所", answering=card)
    assert "已联系供电所" in office.told(ALICE)
    office.writes(DEPUTY, "/mediate 99 x", answering=card)
    assert "#99" in office.told(DEPUTY)


def test_an_answer_to_a_card_is_talk_even_while_a_question_waits(office: Office) -> None:
    """Telegram's reply to a card means conversation; the question stays open."""
    office.writes(ALICE, "路灯坏了")
    card = office.last(DEPUTY, containing="#1")
    office.presses(DEPUTY, card, "答复")
    office.writes(DEPUTY, "是哪盏灯？", answering=card)
    assert "是哪盏灯？" in office.told(ALICE)
    assert office.case(1).stage is Stage.COLLECTION
    office.presses(DEPUTY, office.last(DEPUTY, containing="哪一类"), "A ")


@pytest.mark.parametrize(
    "said", ["/mycases", "/case 1", "/note 1 http://x.cn", "/mediate 1 看过了 http://x.cn", "你好"]
)
def test_what_nobody_edited_is_not_answered(office: Office, said: str) -> None:
    """The preview of a link came, or a reaction: Telegram says the message again, and there is nothing to send anew."""
    office.writes(ALICE, "路灯坏了")
    id_ = office.writes(DEPUTY, said)
    before = len(office.chats[DEPUTY])
    office.writes(DEPUTY, said, message_id=id_, edit=True, touched=False)
    assert len(office.chats[DEPUTY]) == before
    office.writes(DEPUTY, said, message_id=id_, edit=True)
    assert "改过的消息" in office.told(DEPUTY)


def test_what_nobody_edited_undoes_no_correction(office: Office) -> None:
    """The message in which the reply was typed still says what it said before it was corrected."""
    office.writes(ALICE, "路灯坏了")
    id_ = office.writes(DEPUTY, "/reply 1 明天修，见 http://x.cn")
    office.writes(DEPUTY, "/correct 1 后天修，见 http://x.cn")
    before = {who: len(office.chats[who]) for who in (ALICE, DEPUTY)}
    office.writes(DEPUTY, "/reply 1 明天修，见 http://x.cn", message_id=id_, edit=True, touched=False)
    assert before == {who: len(office.chats[who]) for who in (ALICE, DEPUTY)}
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].text == "后天修，见 http://x.cn"
    office.writes(DEPUTY, "/reply 1 大后天修", message_id=id_, edit=True)
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].text == "大后天修"


def test_what_was_edited_until_it_is_meant_for_us_is_answered(office: Office) -> None:
    """A slip in the command is put right by editing; nothing comes of that, and whoever did it must know. So it is with
    anything in private, but for what changes without a word, as a live location does.
    """
    office.writes(ALICE, "/report 路灯坏了", message_id=900, group=GROUP, edit=True)
    assert office.case(1) is None
    assert "重新发一次" in office.told(GROUP)
    with office.unit() as uow:
        assert uow.people.find(ALICE) is None

    said = office.writes(BOB, "/mycasse")
    office.writes(BOB, "/mycases", message_id=said, edit=True)
    assert "重新发一次" in office.last(BOB).text
    said = office.writes(BOB, "路灯坏了")
    before = len(office.chats[BOB])
    office.writes(BOB, "路灯坏了", message_id=said, edit=True)
    office.writes(BOB, None, message_id=901, attachments=(Attachment("location"),), edit=True)
    assert len(office.chats[BOB]) == before
    office.writes(BOB, "明天再说", message_id=901, edit=True)
    assert "重新发一次" in office.last(BOB).text
    before = len(office.chats[BOB])
    office.writes(BOB, None, message_id=902, attachments=(PHOTO,), edit=True)
    assert "重新发一次" in office.last(BOB).text
    assert len(office.chats[BOB]) == before + 1


def test_of_an_edited_command_only_its_words_count(office: Office) -> None:
    """The number before them is no part of what was added."""
    office.writes(ALICE, "路灯坏了")
    added = office.writes(ALICE, "/add 1 三楼也是")
    office.writes(ALICE, "/add 1 四楼也是", message_id=added, edit=True)
    assert office.last(DEPUTY).text.endswith("\n四楼也是")
    with office.unit() as uow:
        assert [message.text for message in uow.messages.of_case(1)] == ["路灯坏了", "四楼也是"]


def test_an_edit_that_leaves_nothing_keeps_the_words(office: Office) -> None:
    """A case does not become empty by a slip; of a picture the words may go."""
    said = office.writes(ALICE, "/report 路灯坏了", group=GROUP)
    office.writes(ALICE, "/report", group=GROUP, message_id=said, edit=True)
    assert office.case(1).text == "路灯坏了"
    assert "还按原来的话办" in office.told(GROUP)
    shown = office.writes(BOB, "井盖没了", attachments=(PHOTO,))
    office.writes(BOB, None, attachments=(PHOTO,), message_id=shown, edit=True)
    assert office.case(2).text == ""


def test_the_same_picture_under_another_id_is_no_other(office: Office) -> None:
    """Telegram's id of a file changes with time: an edit of the words is not told as one of the picture, and a caption
    that says what it said is no edit at all.
    """
    then = Attachment("photo", "id-of-today", unique_id="always")
    now = Attachment("photo", "id-of-tomorrow", unique_id="always")
    said = office.writes(ALICE, "路灯坏了", attachments=(then,))
    before = len(office.chats[DEPUTY])
    office.writes(ALICE, "路灯坏了", attachments=(now,), message_id=said, edit=True)
    assert len(office.chats[DEPUTY]) == before
    office.writes(ALICE, "路灯坏了，三号楼", attachments=(now,), message_id=said, edit=True)
    assert office.last(DEPUTY).outgoing.kind is Send.TEXT
    with office.unit() as uow:
        assert [words.attachments for each in uow.messages.former(1).values() for words in each] == [None]


def test_of_a_picture_from_before_the_upgrade_only_the_words_are_edited(office: Office) -> None:
    """What was kept then has no id that stays."""
    said = office.writes(ALICE, "路灯坏了", attachments=(PHOTO,))
    now = Attachment("photo", "id-of-tomorrow", unique_id="always")
    office.writes(ALICE, "路灯坏了，三号楼", attachments=(now,), message_id=said, edit=True)
    assert office.last(DEPUTY).outgoing.kind is Send.TEXT
    with office.unit() as uow:
        assert uow.messages.of_case(1)[0].attachments == (PHOTO,)


def test_a_place_that_moves_is_no_picture_that_was_replaced(office: Office) -> None:
    """A live location of a case changes every few seconds; nobody is told."""
    said = office.writes(ALICE, None, attachments=(Attachment("location", details={"latitude": 31.2}),))
    before = len(office.chats[DEPUTY])
    office.writes(
        ALICE, None, attachments=(Attachment("location", details={"latitude": 31.3}),), message_id=said, edit=True
    )
    assert len(office.chats[DEPUTY]) == before


def test_a_picture_that_was_replaced_is_shown_to_its_author_and_to_who_works_on_the_case(office: Office) -> None:
    """Who came to the case by a merge sees neither of them."""
    first, second = (Attachment("photo", f"file-{n}", unique_id=f"always-{n}") for n in (1, 2))
    said = office.writes(ALICE, "三号楼的路灯坏了", attachments=(first,))
    office.writes(BOB, "三号楼的路灯坏了很久")
    office.ticks(timedelta(hours=1))
    office.writes(ALICE, "三号楼的路灯坏了", attachments=(second,), message_id=said, edit=True)
    office.writes(STAFF, "/merge 2 1")
    for who, buttons in ((ALICE, ["📎 看附件（2）"]), (DEPUTY, ["📎 看附件（2）"]), (BOB, [])):
        office.writes(who, "/case 1")
        course = office.last(who, containing="经过")
        assert [label for label in course.buttons if "附件" in label] == buttons


def test_a_note_that_is_edited_stays_inside_the_office(office: Office) -> None:
    """A note with a picture is known by its message: neither its new words nor another picture reach the authors."""
    first, second = (Attachment("photo", f"file-{n}", unique_id=f"always-{n}") for n in (1, 2))
    office.writes(ALICE, "路灯坏了")
    said = office.writes(DEPUTY, "/note 1 供电所说是老线路", attachments=(first,))
    before = len(office.chats[ALICE])
    office.writes(DEPUTY, "/note 1 供电所说要等明年", attachments=(first,), message_id=said, edit=True)
    assert "备注已记下" in office.told(DEPUTY)
    office.writes(DEPUTY, "/note 1 供电所说要等明年", attachments=(second,), message_id=said, edit=True)
    assert len(office.chats[ALICE]) == before
    with office.unit() as uow:
        note = uow.messages.of_case(1)[-1]
    assert (note.text, note.attachments) == ("供电所说要等明年", (second,))


def test_who_has_lost_the_case_changes_nothing_they_said_in_it(office: Office) -> None:
    """It would be told to its author under the name of the deputy who has it now."""
    office.writes(ALICE, "路灯坏了")
    said = office.writes(DEPUTY, "我去看看", answering=office.last(DEPUTY, containing="#1"))
    office.writes(DEPUTY, "我明天去看看", message_id=said, edit=True)
    assert "张三代表修改了一条消息" in office.told(ALICE)
    office.writes(STAFF, "/assign 1 李四")
    before = len(office.chats[ALICE])
    office.writes(DEPUTY, "算了", attachments=(PHOTO,), message_id=said, edit=True)
    assert len(office.chats[ALICE]) == before
    assert "#1" in office.last(DEPUTY).text
    with office.unit() as uow:
        assert uow.messages.of_case(1)[-1].text == "我明天去看看"


def test_what_was_said_to_one_author_is_not_told_to_the_other_once_it_is_edited(office: Office) -> None:
    """Cases are merged since: each of both deputies' messages was for one reader, and is still. The deputy of the part
    hears where it went once another one has the whole.
    """
    office.writes(ALICE, "路灯坏了")
    office.writes(BOB, "路灯坏了很久")
    said = {
        who: office.writes(DEPUTY, "我去看看", answering=office.last(DEPUTY, containing=f"#{number}"))
        for number, who in ((1, ALICE), (2, BOB))
    }
    office.now += timedelta(minutes=1)
    office.writes(STAFF, "/merge 2 1")
    for who, other in ((ALICE, BOB), (BOB, ALICE)):
        before = len(office.chats[other])
        office.writes(DEPUTY, f"明天去您家，{who}号", message_id=said[who], edit=True)
        assert f"明天去您家，{who}号" in office.last(who).text
        assert len(office.chats[other]) == before
    office.writes(STAFF, "/assign 1 李四")
    before = len(office.chats[BOB])
    office.writes(DEPUTY, "算了", message_id=said[BOB], edit=True)
    assert len(office.chats[BOB]) == before
    assert "#1" in office.last(DEPUTY).text


@pytest.mark.parametrize("lines", [["/note 1 供电所说是老线路"], ["/note 1", "供电所说是老线路"]])
def test_a_note_with_several_pictures_stays_inside_the_office(office: Office, lines: list[str]) -> None:
    """All of its album, in one line as by question: the others come when the first has been put down already."""
    office.writes(ALICE, "路灯坏了")
    before = len(office.chats[ALICE])
    *question, words = lines
    for line in question:
        office.writes(DEPUTY, line)
    office.writes(DEPUTY, words, attachments=(PHOTO,), album="a")
    office.writes(DEPUTY, None, attachments=(Attachment("photo", "file-2"),), album="a")
    office.ticks(timedelta(minutes=1))
    assert len(office.chats[ALICE]) == before
    with office.unit() as uow:
        notes = uow.messages.of_case(1)[1:]
    assert [note.kind for note in notes] == [MessageKind.NOTE, MessageKind.NOTE]
    assert [file.file_id for note in notes for file in note.attachments] == ["file-1", "file-2"]
    office.writes(STAFF, "/assign 1 李四")
    office.writes(DEPUTY, None, attachments=(Attachment("photo", "file-3"),), album="a")
    assert len(office.chats[ALICE]) == before + 1  # who has it now
    assert "#1" in office.told(DEPUTY)


def test_of_an_album_that_is_no_answer_it_is_said_once(office: Office) -> None:
    """Ten pictures are not refused ten times; the words of one that comes among them are taken."""
    for who, asked in ((STAFF, "/invite"), (DEPUTY, "/accept")):
        office.writes(who, asked)
        before = len(office.chats[who])
        for part in range(3):
            office.writes(who, None, attachments=(Attachment("photo", f"f{part}"),), album="a")
        assert len(office.chats[who]) == before + 1
    office.writes(STAFF, "/cancel")
    before = len(office.chats[STAFF])
    for part in range(3):
        office.writes(STAFF, None, attachments=(Attachment("photo", f"f{part}"),), album="b")
    assert len(office.chats[STAFF]) == before + 1, "nor told thrice what they can do here"


def test_words_are_answered_whichever_picture_of_an_album_they_stand_below(office: Office) -> None:
    """Also when a picture before them was none that we could use."""
    office.writes(DEPUTY, None, attachments=(PHOTO,), album="a")
    asked = office.writes(DEPUTY, "/reply 99 已修好", attachments=(Attachment("photo", "file-2"),), album="a")
    assert "99" in office.last(DEPUTY).text
    before = len(office.chats[DEPUTY])
    office.writes(DEPUTY, None, attachments=(Attachment("photo", "file-3"),), album="a")
    assert (asked, len(office.chats[DEPUTY])) == (asked, before)


def test_the_words_of_an_album_are_the_answer_and_its_pictures_are_none(office: Office) -> None:
    """What is asked next is not answered by the rest of it, and no case is opened of it."""
    office.writes(ALICE, "/propose")
    office.writes(ALICE, "在河边修一个凉亭，大家都没地方坐", attachments=(PHOTO,), album="a")
    assert any("附件没有收下" in sent.text for sent in office.chats[ALICE])
    after = len(office.chats[ALICE])
    for part in range(2, 4):
        office.writes(ALICE, None, attachments=(Attachment("photo", f"f{part}"),), album="a")
    assert len(office.chats[ALICE]) == after
    with office.unit() as uow:
        assert uow.cases.get(1) is None


def test_a_group_in_which_the_bot_may_write_later_is_greeted_then(office: Office) -> None:
    """It was muted when it joined, and could say nothing."""
    place = Place(-200, "supergroup", "河边小区")

    def becomes(*, was_present: bool, may_send: bool, might_send: bool = True) -> list[str]:
        before = len(office.chats[-200])
        change = MembershipChange(
            10_000 + before,
            place,
            None,
            present=True,
            was_present=was_present,
            may_send=may_send,
            might_send=might_send,
            reads_everything=True,
        )
        with office.unit() as uow:
            frontdesk.membership(uow, office.desk, change)
        office.ticks()
        return [sent.text for sent in office.chats[-200][before:]]

    assert becomes(was_present=False, may_send=False) == []
    (hello,) = becomes(was_present=True, may_send=True, might_send=False)
    assert "/bind" in hello
    assert becomes(was_present=True, may_send=True) == []


def test_who_is_an_owner_no_more_gets_the_menu_that_fits(tmp_path: Path) -> None:
    """Owners are taken out of the configuration, and the bot is started anew."""
    office = Office(tmp_path, access={"owner_ids": [OWNER, BOB]})

    def starts() -> None:
        office.menus.clear()
        with office.unit() as uow:
            roles.show_owners(uow, office.desk)
        office.ticks()

    starts()
    for who in (OWNER, BOB):
        office.writes(who, "/start")
        assert "owner" in office.menus[who]
    office.settings = Office(tmp_path, access={"owner_ids": [OWNER]}).settings
    starts()
    assert "owner" in office.menus[OWNER]
    assert office.menus[BOB] == "constituent"
    starts()
    assert BOB not in office.menus
