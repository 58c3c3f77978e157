"""A town in which anybody does at random what is really offered to them; each message is looked at as it arrives.

The office is the real one, over a real SQLite file. The post of this town is Telegram's as far as reading goes: a copy
shows what the copied message says, a file is opened, a message that was deleted cannot be copied. What each person
wrote carries a word that stands nowhere else, so that whoever reads it later is known by the word alone:
``tests/support/who_may_read.py`` says whether they may.

What happens is drawn by a seed: ``RandomTown(folder, seed).lives(steps)``; what is wrong then stands in ``wrong``.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from handlers.calls import CAPTIONED
from liaisonbot import reports
from liaisonbot.commands import for_roles
from liaisonbot.errors import MessageGone, OurMistake, RecipientGone
from liaisonbot.incoming import (
    ButtonPress,
    CommandCall,
    IncomingMessage,
    Place,
    PollAnswer,
    QuotedMessage,
    Sender,
)
from liaisonbot.model import Attachment
from liaisonbot.outgoing import Outgoing, Promise, Receipt, Send
from liaisonbot.services import composing, delivery, frontdesk, receipt_codes, roster_import
from liaisonbot.services.roster_columns import RosterRow
from liaisonbot.services.roster_import import Plan
from liaisonbot.texts import catalogue
from liaisonbot.vocabulary import Role
from storage.unit_of_work import SqlUnitOfWork
from tests.support.acts import Act as Act
from tests.support.always import Always
from tests.support.errands import Errands
from tests.support.office import Office, Sent, _poll_id
from tests.support.who_may_read import BASE, MARK, Facts, Seen, WhoMayRead

OWNER, TWO_HATS, CLERK, MOVER, OTHER_CLERK = (BASE + place for place in (1, 11, 21, 22, 23))
DEPUTIES: Final = {TWO_HATS: "张三", BASE + 12: "李四", BASE + 13: "赵六", BASE + 14: "孙七", BASE + 15: "周八"}
STAFF: Final = {TWO_HATS: "张三", CLERK: "王五", MOVER: "钱九", OTHER_CLERK: "吴十"}
CONSTITUENTS: Final = tuple(BASE + 100 + place for place in range(12))
GROUPS: Final = {-1001: "A", -1002: "B"}
STATIONS: Final = {"A": "阳光联络站", "B": "河西联络站"}
HOME: Final = {
    TWO_HATS: "A",
    BASE + 12: "A",
    BASE + 13: "A;B",
    BASE + 14: "B",
    BASE + 15: "B",
    CLERK: "A",
    MOVER: "A",
    OTHER_CLERK: "B",
}
CODE: Final = re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b|(?<=code_)[A-Z]{8}\b")
"""A receipt code, as it is read."""
MATTERS: Final = (
    "路灯坏了，晚上看不见",
    "小区的路灯坏了，晚上看不见路",
    "井盖坏了，请派人修",
    "垃圾没人收，楼下很臭",
    "The street lamp at the gate is broken",
    "电梯停了三天，请打电话 {phone}",
    "学校门口没有斑马线",
)
GUARDED: Final = (
    "代表{deputy}收了施工队的钱，贪污受贿",
    "工作人员{staff}收红包，贪污受贿",
    "我的身份证是 11010519491231002X，请帮我查补贴",
    "法院判了以后对方不执行，请帮我打官司",
    "楼里着火了，有人被困",
)
SAID: Final = ("谢谢", "还没有修好", "请打 {phone} 找我", "已经联系了施工队", "下周安排人去看", "Please look again")


@dataclass
class Said:
    """A message somebody wrote, as Telegram shows it now."""

    who: int
    text: str | None
    attachments: tuple[Attachment, ...]
    deleted: bool = False
    album: str | None = None


class RandomTown(Office):
    """Two stations, their deputies and staff, an owner, a dozen constituents and two groups."""

    deputies: Final = DEPUTIES
    staff: Final = STAFF
    constituents: Final = CONSTITUENTS
    groups: Final = GROUPS
    staff_of_a: Final = CLERK

    def __init__(self, folder: Path, seed: int = 0, errands: Sequence[str] = ()) -> None:
        super().__init__(folder, access={"owner_ids": [OWNER]}, intake={"messages_per_minute": 1000})
        self.dice = random.Random(seed)
        self.acts: list[Act] = []
        self.said: dict[tuple[int, int], Said] = {}
        self.marks: dict[str, int] = {}
        """The word that only this message has, and who wrote it."""
        self.written_in: dict[str, int] = {}
        self.accused_by: dict[str, set[int]] = {}
        self.pressed_by: dict[str, int] = {}
        self.said_for_others: set[str] = set()
        """Said by whoever holds a receipt code: those are the words of somebody without Telegram."""
        self.codes: dict[str, None] = {}
        """The receipt codes that somebody was given."""
        self.codes_shown: dict[str, set[int]] = {}
        """By their digests: who has shown them to the bot."""
        self.wrong: list[str] = []
        self._answered: set[int] = set()
        """The chats in which something was shown since it happened."""
        self._toasted: set[int] = set()
        """Whose presses were answered."""
        self._lines = 0
        self._promised: dict[int, Facts] = {}
        """How things stood when that was promised which waits."""
        self._promise = 0
        self.oracle = WhoMayRead(self)
        self.bent = bool(errands)
        self.errands = Errands(self, errands)
        self.always = Always(self)
        self._settle_in()
        self.oracle.ends()

    @property
    def owner(self) -> int:
        return OWNER

    def ask(self, statement: str, *values: str) -> list[Any]:
        """What the tables say."""
        if not self._idle:
            self._idle.append(self._connected())
        return self._idle[-1][0].execute(statement, values).fetchall()

    def _settle_in(self) -> None:
        stations = {code: self.station(code, name) for code, name in STATIONS.items()}
        with self.unit() as uow:
            rows = [self._row(Role.DEPUTY, who) for who in DEPUTIES] + [self._row(Role.STAFF, who) for who in STAFF]
            roster_import.apply(uow, self.desk, Plan(tuple(rows), ()))
        for chat, code in GROUPS.items():
            self.bind_group(stations[code], chat)
        for who in (OWNER, *HOME, *CONSTITUENTS[:9]):
            self._writes(Act("writes", who, "/start"))
        self._writes(Act("writes", CLERK, "/reception 每周二 9-11 | 服务中心二楼 | 张三、李四 | 15"))
        self.presses(CLERK, self.last(CLERK), "确认")

    def _row(self, role: Role, who: int, stations: str | None = None) -> RosterRow:
        names = DEPUTIES if role is Role.DEPUTY else STAFF
        return RosterRow(
            row=2,
            role=role,
            name=names[who],
            station=stations or HOME[who],
            telegram_id=str(who),
            username=f"uname{who}",
        )

    # --- what is drawn ---

    def lives(self, steps: int) -> None:
        """So many things happen, or fewer where one of them goes wrong."""
        for _ in range(steps):
            act = self._next()
            if act is not None:
                self.does(act)
            if self.wrong:
                return
        self.always.over()

    def does(self, act: Act) -> None:
        """One thing happens, everything that follows from it is delivered, and read."""
        self.acts.append(act)
        self.always.begins(act)
        self.now += timedelta(seconds=5)
        self._answered, self._toasted = set(), set()
        self.oracle.begins()
        try:
            getattr(self, f"_{act.what}")(act)
        except Exception as exc:
            exc.add_note(self.story())
            raise
        self.oracle.ends()
        self.always.ends()
        if self.cut_off:
            with self.unit() as uow:
                for promise in uow.outbox.turn(self.now + timedelta(days=400), (), 1000, 1000):
                    self._promised.setdefault(promise.id, self.oracle.facts)

    def story(self, most: int = 12) -> str:
        """What happened last."""
        return "\n".join(map(str, ["", *self.acts[-most:], *self.wrong]))

    def _next(self) -> Act | None:
        kinds = {
            self._a_press: 40,
            self._an_answer: 12,
            self._a_report: 10,
            self._a_command: 14,
            self._work: 30,
            self._plain_words: 6,
            self._an_edit: 5,
            self._time: 5,
            self._a_fault: 2,
            self._a_change: 1.5,
            self.a_vote: 1,
            self._go_on: 12,
            self.errands.next: 600 if self.bent else 90,
        }
        return self.dice.choices(list(kinds), list(kinds.values()))[0]()

    def _anybody(self) -> int:
        return self.dice.choice((OWNER, *HOME) if self.dice.random() < 0.5 else CONSTITUENTS)

    def _recent(self, who: int, *, buttons: bool = False) -> Sent | None:
        groups = [chat for chat in GROUPS if self.dice.random() < 0.15]
        chats = [who, *groups] if self.chats[who] else list(GROUPS)
        found = [sent for chat in chats for sent in self.chats[chat] if not buttons or sent.buttons]
        if not found:
            return None
        near = found[-6:] if self.dice.random() < 0.7 else found
        return self.dice.choice(near)

    def _on(self, sent: Sent) -> tuple[int, int, str]:
        return sent.chat_id, sent.message_id, sent.text[:24]

    def _a_press(self) -> Act | None:
        who = self._anybody()
        sent = self._recent(who, buttons=True)
        if sent is None:
            return None
        labels = list(sent.buttons)
        sure = [label for label in labels if "确认" in label or "Confirm" in label]
        label = self.dice.choice(sure if sure and self.dice.random() < 0.6 else labels)
        return Act("presses", who, sent.buttons[label], self._on(sent), label)

    def _an_answer(self) -> Act | None:
        who = self._anybody()
        sent = self._recent(who)
        if sent is None:
            return None
        return Act("writes", who, self._words(who, SAID), self._on(sent), self._media(who))

    def _a_report(self) -> Act:
        who = self.dice.choice(CONSTITUENTS)
        words = self._words(who, GUARDED if self.dice.random() < 0.25 else MATTERS)
        if self.dice.random() < 0.3:
            return Act("writes", who, f"/report {words}", None, ("group", self.dice.choice(list(GROUPS))))
        return Act("writes", who, words, None, self._media(who))

    def _plain_words(self) -> Act:
        who = self._anybody()
        talk = self.dice.choice((SAID, SAID, MATTERS, GUARDED))
        return Act("writes", who, self._words(who, talk), None, self._media(who))

    def _an_edit(self) -> Act | None:
        return self.an_edit_of()

    def an_edit_of(self, who: int | None = None) -> Act | None:
        """Somebody changes what they wrote."""
        places = [
            place
            for place, said in self.said.items()
            if said.text and not said.deleted and who in (None, said.who) and not said.text.startswith("/start")
        ]
        if not places:
            return None
        chat, message = self.dice.choice(places[-60:])
        said = self.said[chat, message]
        talk = self.dice.choice((SAID, MATTERS, GUARDED))
        words = self._words(said.who, talk)
        old = said.text or ""
        if old.startswith("/"):
            words = " ".join([*old.split()[: 2 if "#" in old else 1], words])
        return Act("edits", said.who, words, (chat, message, old[:24]))

    def _time(self) -> Act:
        hours = self.dice.choice((0.02, 0.2, 1, 5, 5, 24, 24, 72, 200))
        return Act("waits", 0, str(hours))

    def _a_fault(self) -> Act | None:
        who = self._anybody()
        kind = self.dice.choice(("blocks", "returns", "returns", "deletes", "loses", "silence", "speech", "speech"))
        if kind == "deletes":
            places = list(self.said)[-40:]
            return Act(kind, 0, "", (*self.dice.choice(places), "")) if places else None
        if kind == "loses":
            sent = self._recent(who)
            return Act(kind, 0, "", self._on(sent)) if sent else None
        return Act(kind, who)

    def _a_change(self) -> Act:
        role = self.dice.choice((Role.DEPUTY, Role.STAFF))
        who = self.dice.choice(list(DEPUTIES if role is Role.DEPUTY else STAFF))
        kind = self.dice.choice(("leaves", "comes", "comes", "moves"))
        return Act("roster", who, f"{role.value} {kind}", None, self.dice.choice(("A", "B", "A;B")))

    def a_vote(self) -> Act | None:
        polls = [sent for chat in GROUPS for sent in self.chats[chat] if sent.outgoing.poll is not None]
        if not polls:
            return None
        return Act(
            "votes", self.dice.choice(CONSTITUENTS), str(self.dice.randrange(2)), self._on(self.dice.choice(polls))
        )

    def _go_on(self) -> Act | None:
        """Whoever was asked something answers it."""
        asked = [who for who, sent in self._questions()]
        if not asked:
            return None
        who = self.dice.choice(asked)
        sent = dict(self._questions())[who]
        answers = [label for label, data in sent.buttons.items() if data.startswith("ans:")]
        if answers and self.dice.random() < 0.7:
            label = self.dice.choice(answers)
            return Act("presses", who, sent.buttons[label], self._on(sent), label)
        day = self.desk.today + timedelta(days=self.dice.choice((-3, 0, 2, 9)))
        words = str(day) if self.dice.random() < 0.3 else self._words(who, SAID)
        return Act("writes", who, words, None, self._media(who))

    def _questions(self) -> list[tuple[int, Sent]]:
        """Who was asked something last, and what."""
        return [
            (chat, sent)
            for chat, here in self.chats.items()
            for sent in here[-1:]
            if chat > 0 and any(data.startswith(("ans:", "cancel")) for data in sent.buttons.values())
        ]

    # --- what errands ask for ---

    def authors_of(self, number: int) -> list[int]:
        """The authors of a case who live here."""
        rows = self.oracle.facts.authors.get(number, ())
        found = {self.oracle.facts.account_of.get(row[0]) for row in rows}
        return [who for who in CONSTITUENTS if who in found]

    def has_button(self, who: int, words: str) -> bool:
        return self._with_button(who, words) is not None

    def _with_button(self, who: int, words: str) -> tuple[Sent, str] | None:
        """The newest button of a chat with one of these words on it, or whose data begin so."""
        some = words.split("/")
        for sent in reversed(self.chats[who][-30:]):
            for word in some:
                found = [la for la, data in sent.buttons.items() if word in la or data.startswith(word)]
                if found:
                    return sent, self.dice.choice(found)
        return None

    def newest(self, table: str) -> int:
        """The number of what was made last; nought: none was."""
        key = "number" if table in ("polls", "projects", "cases") else "id"
        return int(self.ask(f"SELECT coalesce(max({key}), 0) FROM {table}")[0][0])

    def reception_days(self) -> list[int]:
        return [row[0] for row in self.ask("SELECT id FROM receptions WHERE state = 'planned' ORDER BY day, id")]

    def bookings_of(self, day: int) -> list[int]:
        return [row[0] for row in self.ask(f"SELECT id FROM bookings WHERE reception_id = {day}")]

    def projects_in(self, *states: str) -> list[int]:
        every = self.ask("SELECT number, state FROM projects")
        return [number for number, state in every if state in states]

    def _a_command(self) -> Act:
        who = self._anybody()
        group = ("group", self.dice.choice(list(GROUPS))) if self.dice.random() < 0.08 else None
        line = self.dice.choice(LINES["all"] if who in CONSTITUENTS else LINES["all"] + 4 * self._lines_of(who))
        return Act("writes", who, self.filled(line, who), None, group or self._media(who))

    def _work(self) -> Act | None:
        """Somebody does with a case what can be done with it in its stage."""
        facts = self.oracle.facts
        number = self.dice.choice(list(facts.cases) or [0])
        if not number:
            return None
        station, deputy, _, _, stage, _ = facts.cases[number]
        row = facts.into.get(number)
        account = facts.held_by.get(deputy or 0)
        authors = [facts.account_of.get(each[0]) for each in facts.authors.get(number, ())]
        authors = [who for who in authors if who is not None]
        staff = [who for who, at in facts.staff.items() if station in at] or [OWNER]
        roll = self.dice.random()
        if row is not None and roll < 0.5:
            return Act("writes", self.dice.choice(staff), f"/split {number}")
        if account is None and stage != "closed" and roll < 0.7:
            line = self.dice.choice((f"/release {number}", f"/assign {number} {{d}}", f"/assign {number} {{d}}"))
            return Act("writes", self.dice.choice(staff), self.filled(line, OWNER))
        if authors and (roll < 0.2 or (stage == "reply" and roll < 0.6)):
            who = self.dice.choice(authors)
            presses = {
                "reply": [f"rate:{number}:{part}:{level}" for part in ("attitude", "result") for level in (1, 2, 3)],
                "follow_up": [f"check:{number}:{level}" for level in (1, 2, 3)],
            }.get(stage)
            if presses and who in CONSTITUENTS:
                return Act("forges", who, self.of_newest_reply(self.dice.choice(presses)))
            about = [sent for sent in self.chats[who] if f"#{number}" in sent.text]
            if about:
                on = self._on(self.dice.choice(about))
                return Act(
                    "writes", who, self._words(who, self.dice.choice((SAID, SAID, GUARDED))), on, self._media(who)
                )
        if account is not None and roll < 0.75:
            line = self.dice.choice(BY_STAGE[stage]).replace("{n}", str(number))
            return Act("writes", account, self.filled(line, account), None, self._media(account))
        other = self.dice.choice([one for one in facts.cases if facts.cases[one][0] == station])
        line = self.dice.choice(STAFF_BY_STAGE[stage == "closed"])
        line = line.replace("{n}", str(number)).replace("{m}", str(other))
        who = self.dice.choice(staff)
        return Act("writes", who, self.filled(line, who), None, self._media(who))

    def _lines_of(self, who: int) -> list[str]:
        lines = LINES["deputy"] if who in DEPUTIES else []
        return lines + (LINES["staff"] if who in STAFF or who == OWNER else [])

    def filled(self, line: str, who: int) -> str:
        dice, today = self.dice, self.desk.today
        return line.format(
            n=self._number(who),
            m=self._number(who),
            w=self._words(who, SAID if dice.random() < 0.8 else GUARDED) if "{w}" in line else "",
            v=self._words(who, MATTERS if dice.random() < 0.8 else GUARDED) if "{v}" in line else "",
            d=dice.choice(list(DEPUTIES.values())),
            e=dice.choice(list(DEPUTIES.values())),
            day=today + timedelta(days=dice.choice((1, 3, 10))),
            past=today - timedelta(days=dice.choice((0, 1, 5))),
            k=dice.randrange(1, 4),
            code=dice.choice(list(self.codes) or ["BCDFGHJK"]),
            phone=phone_of(who),
        )

    def _number(self, who: int) -> int:
        """Mostly a case one has to do with, else anybody's."""
        mine = self.oracle.facts.of(who) if self.dice.random() < 0.75 else []
        every = list(self.oracle.facts.cases) or [1]
        return self.dice.choice(mine or every)

    def _words(self, who: int, choice: Sequence[str]) -> str:
        self._lines += 1
        mark = mark_of(self._lines)
        self.marks[mark] = who
        text = self.dice.choice(choice)
        deputy = self.dice.choice(list(DEPUTIES))
        if "{deputy}" in text and who in CONSTITUENTS:
            self.accused_by[mark] = {deputy}
        text = text.format(phone=phone_of(who), deputy=DEPUTIES[deputy], staff=self.dice.choice(list(STAFF.values())))
        return f"{mark} {text}"

    def _media(self, who: int) -> Any:
        roll = self.dice.random()
        if roll < 0.08:
            return ("photo", f"f{self._lines}")
        if roll < 0.1 and who in CONSTITUENTS:
            return ("contact", who)
        if roll < 0.13:
            return ("album", f"a{self._lines}")
        return None

    # --- what is done ---

    def _find(self, on: tuple[int, int, str]) -> Sent | None:
        chat, message, begins = on
        here = self.chats[chat]
        exact = next((sent for sent in here if sent.message_id == message), None)
        if exact is not None and exact.text[:24] == begins:
            return exact
        return next((sent for sent in reversed(here) if sent.text[:24] == begins), exact)

    def _sender(self, who: int) -> Sender:
        return Sender(who, f"uname{who}", "en" if who % 5 == 0 else "zh")

    def _writes(self, act: Act) -> None:
        who, extra = act.who, act.extra or (None, None)
        sent = self._find(act.on) if act.on else None
        chat = sent.chat_id if sent else (extra[1] if extra[0] == "group" else who)
        for code in re.findall(r"\b[A-Z]{4}-?[A-Z]{4}\b", act.text.replace("code_", " ")):
            self.codes_shown.setdefault(receipt_codes.digest(receipt_codes.normalised(code) or ""), set()).add(who)
        files = self._files(who, extra)
        album = extra[1] if extra[0] == "album" else None
        if who in self.blocked and chat > 0:
            self.blocked.discard(who)
        text = None if extra[0] == "contact" else act.text  # a contact card carries no words
        self._sends(who, chat, text, sent, files[:1], album)
        for file in files[1:]:
            self._sends(who, chat, None, sent if chat > 0 else None, (file,), album)
        if chat > 0:
            self.oracle.told(who, self._answered)

    def _files(self, who: int, extra: Any) -> tuple[Attachment, ...]:
        kind, name = extra
        if kind == "photo":
            return (Attachment("photo", name, {}, name),)
        if kind == "album":
            return tuple(Attachment("photo", f"{name}{n}", {}, f"{name}{n}") for n in (1, 2))
        if kind == "contact":
            details = {"phone_number": phone_of(who), "first_name": name_of(who), "user_id": who}
            return (Attachment("contact", None, details),)
        return ()

    def _sends(
        self,
        who: int,
        chat: int,
        text: str | None,
        on: Sent | None,
        files: tuple[Attachment, ...],
        album: str | None,
        edits: int | None = None,
    ) -> int:
        if edits is None:
            self._user_messages += 1
        message_id = edits or self._user_messages
        self.said[chat, message_id] = Said(who, text, files, album=album)
        for mark in marks_in(text or ""):
            self.written_in.setdefault(mark, chat)
            if any(who in shown for shown in self.codes_shown.values()):
                self.said_for_others.add(mark)
        quoted = None
        if on is not None:
            us = Sender(42, "liaison_bot", None, is_bot=True)
            quoted = QuotedMessage(on.message_id, us, True, on.text)
        incoming = IncomingMessage(
            update_id=self._next_update(),
            place=place_of(chat),
            sender=self._sender(who),
            message_id=message_id,
            sent_at=self.now,
            text=text,
            command=call_of(text),
            attachments=files,
            media_group_id=album,
            quoted=quoted,
        )
        self._handle(incoming, frontdesk.receive_edit if edits else frontdesk.receive)
        return message_id

    def _edits(self, act: Act) -> None:
        assert act.on is not None
        chat, message, _ = act.on
        said = self.said.get((chat, message))
        if said is not None and said.who == act.who and not said.deleted:
            self._sends(act.who, chat, act.text, None, said.attachments, said.album, edits=message)

    def _presses(self, act: Act) -> None:
        assert act.on is not None
        sent = self._find(act.on)
        if act.text.startswith("https://t.me/"):
            payload = act.text.partition("?start=")[2]
            if payload:
                self._writes(Act("writes", act.who, f"/start {payload}"))
            return
        if sent is None:
            return
        if act.who in self.blocked and sent.chat_id > 0:
            self.blocked.discard(act.who)
        data = act.text
        if data not in sent.buttons.values() and act.extra in sent.buttons:
            data = sent.buttons[act.extra]
        update = self._next_update()
        callback = f"cb{update}"
        self.pressed_by[callback] = act.who
        press = ButtonPress(update, callback, self._sender(act.who), place_of(sent.chat_id), sent.message_id, data)
        self._handle(press, frontdesk.press)
        self.oracle.told(act.who, self._toasted)

    def _forges(self, act: Act) -> None:
        """A button that stands under a message further up."""
        update = self._next_update()
        callback = f"cb{update}"
        self.pressed_by[callback] = act.who
        near = next((s for s in reversed(self.chats[act.who]) if act.text in s.buttons.values()), None)
        message = near.message_id if near else 1
        press = ButtonPress(update, callback, self._sender(act.who), place_of(act.who), message, act.text)
        self.blocked.discard(act.who)
        self._handle(press, frontdesk.press)
        self.oracle.told(act.who, self._toasted)

    def _pushes(self, act: Act) -> None:
        """The newest button with that word, if there is one."""
        found = self._with_button(act.who, act.text)
        if found is not None:
            sent, label = found
            self._presses(Act("presses", act.who, sent.buttons[label], self._on(sent), label))

    def _waits_for(self, act: Act) -> None:
        """The day of a reception comes, at ten in the morning."""
        day = self.ask("SELECT day FROM receptions WHERE id = ?", act.text)
        if day and date.fromisoformat(day[0][0]) > self.desk.today:
            self.ticks(self.desk.begin(date.fromisoformat(day[0][0])) + timedelta(hours=10) - self.now)

    def _waits(self, act: Act) -> None:
        self.ticks(timedelta(hours=float(act.text)))

    def _blocks(self, act: Act) -> None:
        self.blocked.add(act.who)

    def _returns(self, act: Act) -> None:
        for who in sorted(self.blocked):
            self._writes(Act("writes", who, "/start"))

    def _deletes(self, act: Act) -> None:
        assert act.on is not None
        said = self.said.get(act.on[:2])
        if said is not None:
            said.deleted = True

    def _loses(self, act: Act) -> None:
        assert act.on is not None
        sent = self._find(act.on)
        if sent is not None:
            self.chats[sent.chat_id].remove(sent)

    def _silence(self, act: Act) -> None:
        self.cut_off = True

    def _speech(self, act: Act) -> None:
        self.cut_off = False
        self.ticks()

    def _roster(self, act: Act) -> None:
        role, _, kind = act.text.partition(" ")
        role = Role(role)
        with self.unit() as uow:
            entries = [one for one in uow.roster.all() if one.telegram_id == act.who and one.role is role]
            rows, leaving = (), ()
            if kind == "leaves":
                leaving = tuple(entries[:1])
            else:
                rows = (self._row(role, act.who, act.extra if kind == "moves" else None),)
            roster_import.apply(uow, self.desk, Plan(rows, (), leaving))
        self.ticks()

    def _votes(self, act: Act) -> None:
        assert act.on is not None
        sent = self._find(act.on)
        if sent is not None and sent.outgoing.poll is not None:
            poll_id = _poll_id(sent.chat_id, sent.message_id)
            answer = PollAnswer(self._next_update(), poll_id, self._sender(act.who), (int(act.text),))
            self._handle(answer, frontdesk.poll_answer)

    # --- the post ---

    def _deliver(self) -> None:
        if self.cut_off:
            return
        asleep = set(self.held)
        for _ in range(2000):
            with self.unit() as uow:
                promises = uow.outbox.turn(self.now + timedelta(seconds=5), asleep)
            first = {promise.outgoing.lane: promise for promise in reversed(promises)}
            if not first:
                return
            for promise in first.values():
                if not self._carry(promise):
                    asleep.add(promise.outgoing.lane)
        raise AssertionError("the outbox is never empty")

    def _carry(self, promise: Promise) -> bool:
        """False: it waits until the morning."""
        with self.unit() as uow:
            self._promise = promise.id
            asleep = delivery.put_off(self.desk, promise.outgoing)
            receipt = asleep or self._telegram(uow, promise.outgoing)
            delivery.record(uow, self.desk, promise, receipt)
        return asleep is None

    def _telegram(self, uow: SqlUnitOfWork, outgoing: Outgoing) -> Receipt:
        if outgoing.chat_id in self.blocked and outgoing.kind is not Send.CALLBACK:
            return Receipt(failure=RecipientGone("bot was blocked by the user"))
        if outgoing.chat_id > 0 and not self._has_opened(outgoing.chat_id) and outgoing.kind is not Send.CALLBACK:
            return Receipt(failure=RecipientGone("bot can't initiate conversation with a user"))
        if outgoing.composed is not None:
            made = composing.compose(uow, self.desk, outgoing)
            if made is None:
                return Receipt()
            outgoing = made
        if outgoing.kind is Send.COPY:
            sources = [self.said.get((outgoing.copy_from or 0, id_)) for id_ in outgoing.copy_ids]
            if any(said is None or said.deleted for said in sources):
                return Receipt(failure=OurMistake("message to copy not found"))
        here = self.chats[outgoing.chat_id]
        known = {None, *(sent.message_id for sent in here)}
        if outgoing.kind is Send.EDIT and outgoing.target not in known:
            return Receipt(failure=MessageGone("message to edit not found"))
        before = len(here)
        self._shown(outgoing)
        for sent in [sent for sent in here if sent.message_id in outgoing.targets]:
            here.remove(sent)
        made_ids = () if outgoing.kind is Send.DELETE else tuple(sent.message_id for sent in here[before:])
        poll = _poll_id(outgoing.chat_id, made_ids[0]) if outgoing.kind is Send.POLL and made_ids else None
        return Receipt(made_ids, poll_id=poll)

    def _has_opened(self, who: int) -> bool:
        return any(chat == who for chat, _ in self.said)

    def _shown(self, outgoing: Outgoing) -> None:
        """It is on somebody's screen now."""
        content = b""
        if outgoing.content is not None:
            content = outgoing.content.content
            if outgoing.content.maker is not None and outgoing.content.maker not in reports.HEAVY:
                words = catalogue(outgoing.language, self.settings.locale.timezone)
                content = reports.made(outgoing.content, words).content
        text = self._render(outgoing)
        if outgoing.poll is not None:
            text = "\n".join([outgoing.poll.question, *outgoing.poll.options, text])
        buttons = {
            self._plain(outgoing.language, button.label): button.data or button.url or ""
            for row in outgoing.rows
            for button in row
        }
        reader = outgoing.chat_id
        if outgoing.kind is Send.CALLBACK:
            reader = self.pressed_by.get(outgoing.callback_id or "", reader)
        self.always.shown(outgoing, text, list(buttons), list(buttons.values()))
        words = [text, *buttons, *buttons.values(), *self._copied(outgoing)]
        if outgoing.attachment is not None and outgoing.kind is Send.MEDIA:
            words += map(str, outgoing.attachment.details.values())
        words += [*(outgoing.document or ()), *opened(content)]
        self.codes.update(dict.fromkeys(CODE.findall(text)))
        self.oracle.sees(Seen(reader, "\n".join(words), outgoing, self._promised.get(self._promise)))
        if outgoing.kind is Send.CALLBACK:
            self._toasted.add(reader)
            self.always.answered(outgoing.callback_id or "")
            return
        self._answered.add(outgoing.chat_id)
        if outgoing.kind in (Send.MENU, Send.REACTION, Send.DELETE, Send.PIN, Send.UNPIN, Send.STOP_POLL):
            return
        if outgoing.kind is Send.EDIT and outgoing.target is not None:
            for sent in self.chats[outgoing.chat_id]:
                if sent.message_id == outgoing.target:
                    sent.buttons = buttons
                    if outgoing.text is not None:
                        sent.text = text
            return
        if outgoing.kind is Send.EDIT and outgoing.purpose != "card":
            return
        self._message_ids[outgoing.chat_id] += 1
        sent = Sent(outgoing.chat_id, self._message_ids[outgoing.chat_id], outgoing, text, buttons)
        self.chats[outgoing.chat_id].append(sent)

    def _copied(self, outgoing: Outgoing) -> Iterator[str]:
        """What a copy shows besides the words it is given: see ``handlers/calls.py``."""
        if outgoing.kind is not Send.COPY:
            return
        kept = outgoing.text is None and not outgoing.body
        for id_ in outgoing.copy_ids:
            said = self.said[outgoing.copy_from or 0, id_]
            captioned = any(file.kind in CAPTIONED for file in said.attachments)
            if said.text and (kept or not captioned):
                yield said.text
            for file in said.attachments:
                yield from map(str, file.details.values())


def phone_of(who: int) -> str:
    return f"139{who - BASE:08d}"


def name_of(who: int) -> str:
    return f"zqn{who - BASE:05d}q"


def marks_in(text: str) -> set[str]:
    return set(MARK.findall(text))


def mark_of(line: int) -> str:
    """A word of letters only: different numbers would make like cases unlike."""
    letters = ""
    for _ in range(4):
        line, place = divmod(line, 26)
        letters += chr(ord("a") + place)
    return f"zqx{letters}q"


def place_of(chat: int) -> Place:
    return Place(chat, "private") if chat > 0 else Place(chat, "supergroup", "阳光小区")


def call_of(text: str | None) -> CommandCall | None:
    if not text or not text.startswith("/"):
        return None
    name, _, rest = text[1:].partition(" ")
    return CommandCall(name, rest)


def opened(content: bytes) -> Iterator[str]:
    """All words in a file: of a workbook or document, those of all its parts."""
    if content[:2] != b"PK":
        yield content.decode("utf-8", "ignore")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            yield from opened(packed.read(name))


def _bare(*roles: Role) -> list[str]:
    """Every command of the table without arguments: its dialogue is gone on with by buttons and words."""
    return [f"/{command.name}" for command in for_roles(roles) if command.private and command.name != "cancel"]


BY_STAGE: Final = {
    "collection": ["/accept {n}"] * 3
    + [
        "/reply {n} {w}",
        "/ask {n} {w}",
        "/transfer {n} {d} {w}",
        "/transfer {n} staff {w}",
        "/note {n} {w}",
        "/decline {n} {w}",
    ],
    "mediation": ["/reply {n} {w}"] * 2
    + ["/mediate {n} {w}", "/mediate {n} {w}", "/reply {n} B {day} {w}", "/note {n} {w}", "/ask {n} {w}"]
    + [
        "/party {n} {w}",
        "/session {n} {past} | {w} | {w} | {w}",
        "/agreement {n} {w}",
        "/hand {n}",
        "/transfer {n} {d} {w}",
    ]
    + ["/extend {n} {day} {w}", "/resume {n}", "/dispute {n}"],
    "reply": ["/correct {n} {w}", "/note {n} {w}", "/close {n} {w}", "/followup {n} {day} {w}", "/done {n} {w}"],
    "follow_up": ["/done {n} {w}", "/followup {n} {day} {w}", "/note {n} {w}", "/correct {n} {w}", "/close {n} {w}"],
    "closed": ["/note {n} {w}", "/correct {n} {w}", "/case {n}"],
}
STAFF_BY_STAGE: Final = {
    False: ["/merge {n} {m}"] * 3
    + [
        "/assign {n} {d}",
        "/note {n} {w}",
        "/urge {n}",
        "/case {n}",
        "/close {n} {w}",
        "/release {n}",
        "/transfer {n} {d} {w}",
    ]
    + ["/falsealarm {n}", "/redirect {n} {w}", "/missed {n} accusation", "/handover {d} {e}", "/hand {n}"],
    True: ["/split {n}"] * 2 + ["/reopen {n} {w}", "/keepclosed {n} {w}", "/lookback 5", "/note {n} {w}", "/case {n}"],
}
"""By whether the case is closed."""
LINES: Final = {
    "all": [
        *_bare(Role.CONSTITUENT),
        *("/case {n}",) * 6,
        "/case {code}",
        "/mycases",
        "/search 路灯",
        "/search 贪污",
        "/search #{n}",
        "/add {n} {w}",
        "/withdraw {n}",
        "/chase {n}",
        "/name {n} {w}",
        "/again {n} {w}",
        "/explain {n} {w}",
        "/mydata",
        "/propose {v}",
        "/project {k}",
        "/setproject {k} title {w}",
        "/question {k} {v}",
        "/askabout {k} {v}",
        "/book",
        "/bookslot {k} 9:15 {v}",
        "/sort {n}",
        "/report {v}",
    ],
    "deputy": [
        *_bare(Role.DEPUTY),
        *("/accept {n}",) * 4,
        *("/reply {n} {w}",) * 5,
        "/reply {n} B {day} {w}",
        *("/mediate {n} {w}",) * 3,
        "/ask {n} {w}",
        "/correct {n} {w}",
        *("/note {n} {w}",) * 3,
        "/transfer {n} {d} {w}",
        "/transfer {n} staff {w}",
        "/close {n} {w}",
        "/decline {n} {w}",
        "/done {n} {w}",
        "/followup {n} {day} {w}",
        "/behalf {v}",
        "/leave {past} {day} {d}",
        "/leave {day} {day} {d}",
        "/duty 走访 {past} {w}",
        "/inbox",
        "/offers",
        "/missed {n}",
        "/party {n} {w}",
        "/session {n} {past} | {w} | {w} | {w}",
        "/agreement {n} {w}",
    ],
    "staff": [
        *_bare(Role.STAFF),
        *("/assign {n} {d}",) * 6,
        "/transfer {n} {d} {w}",
        *("/merge {n} {m}",) * 5,
        *("/split {n}",) * 3,
        "/handover {d} {e}",
        *("/note {n} {w}",) * 2,
        "/close {n} {w}",
        "/reopen {n} {w}",
        "/keepclosed {n} {w}",
        *("/release {n}",) * 3,
        "/redirect {n} {w}",
        "/falsealarm {n}",
        "/held",
        "/unassigned",
        "/overdue",
        "/urge {n}",
        "/behalf {v}",
        "/announce {w}",
        "/poll {w} | 修 | 不修",
        "/poll {w} | 修 | 不修 | sealed",
        "/inquiry {day} {w}",
        "/inquiries",
        "/lookback 3",
        "/lookback",
        "/summary",
        "/export cases csv",
        "/receptionday A {w}",
        "/missed {n}",
        "/setunit {w} | {w} | 其他",
        "/hand {n}",
        "/absence {d}",
        "/shuzhi {d}",
        "/party {n} {w}",
        "/reception",
        "/newrota",
        "/walkin {k} {v}",
        "/hear {k} 转社区 {w}",
        "/heldday {k} {w}",
    ],
}
