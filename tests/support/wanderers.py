"""People who do what comes into their heads: a seeded random walk through the bot, and what must hold at each step.

Everybody of the town presses, writes, answers, edits, sends, votes, leaves and comes back, out of turn and half-way;
days pass, the bot is restarted, groups change. After each step all work is done, and what came of it is looked at:
whoever spoke to the bot was answered, in words of their own language, by buttons that work; nothing was set aside.
The same seed walks the same way, as far as the order in which chats are answered allows.
"""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from liaisonbot import commands
from liaisonbot.commands import Argument, Kind
from liaisonbot.model import Case
from liaisonbot.texts import LANGUAGES, catalogue, read_catalogue
from liaisonbot.vocabulary import Role, Stage
from sandbox import Person, Room
from sandbox.errors import Impossible
from sandbox.model import PRESENT, Button, CallbackQuery, Message
from storage.schema import cases, inbox, outbox
from storage.unit_of_work import SqlUnitOfWork
from tests.support.town import ROSTER, UGLY, Town

MORE: Final = f"{ROSTER}deputy,Bob Winter,RIVER,,,,5004,,en\nstaff,Ann Miller,SUN;RIVER,,,,6003,,en\n"

SAID: Final[Mapping[str, Sequence[str]]] = {
    "zh": (
        *("路灯坏了", "三号门的井盖丢了，很危险", "小区物业乱收费", "王芳收了人家的钱", "垃圾没人清", "有人要跳楼"),
        *("补充一点", "已经联系了街道，下周来修", "修好了", "谢谢", "请问什么时候办", "同意", "不行", "每周三", "无"),
    ),
    "en": (
        *("The lamp at gate three is broken", "Noise at night near the playground", "They want money from us"),
        *("It was mended yesterday", "Thanks", "Parts are on their way", "When will it be done", "yes", "none"),
    ),
}
ODD: Final = ("?", "0", "#", "a|b|c", "-1", "9" * 20, "１２", "/", "@", "2026-13-45", "w" * 4000, "长" * 3000)
"""What people send, too; some of it looks ugly by itself."""
NAMES: Final = ("王芳", "李强", "陈静", "Bob Winter", "赵敏", "孙伟", "Ann Miller")
OURS: Final = (*NAMES, "阳光联络站", "滨河联络站", "城东", "城西", "阳光小区", "滨河小区", "议事", "街道办", "中文")
"""Chinese names that an English reader is shown as they are."""

NUMBERED: Final = frozenset(
    {
        *(Kind.CASE, Kind.CASE_OR_CODE, Kind.CASE_INTO, Kind.MERGED_CASE, Kind.POLL, Kind.BALLOT, Kind.PROJECT),
        *(Kind.CYCLE, Kind.ANNOUNCEMENT, Kind.TEMPLATE),
    }
)
BY_STAGE: Final[Mapping[Stage, Sequence[str]]] = {
    Stage.COLLECTION: ("/accept {n}", "/accept {n}", "/accept {n}", "/ask {n} {w}", "/transfer {n} {d} {w}"),
    Stage.MEDIATION: ("/reply {n} A {w}", "/reply {n} B {day} {w}", "/mediate {n} {w}", "/hand {n}", "/note {n} {w}"),
    Stage.REPLY: ("/correct {n} {w}", "/followup {n} {day} {w}", "/done {n} {w}"),
    Stage.FOLLOW_UP: ("/done {n} {w}", "/followup {n} {day} {w}", "/promises"),
    Stage.CLOSED: ("/note {n} {w}", "/correct {n} {w}"),
}
"""What whoever has a case does with it."""
OF_STAFF: Final = (
    *("/merge {n} {m}", "/split {n}", "/assign {n} {d}", "/reopen {n} {w}", "/release {n}", "/urge {n}", "/promises"),
    *("/lookback", "/handover {d} {e}", "/newcycle {year} township 1 all", "/cycle", "/vote", "/poll {w} | A | B"),
    *("/inquiry {day} {w}", "/duty review", "/absence {d}", "/shuzhi {d}", "/reception 2026-12-01 9-11 | A | {d} | 15"),
)
OF_AUTHORS: Final = (
    *("/add {n} {w}", "/again {n} {w}", "/chase {n}", "/case {n}", "/propose {w}", "/question {w}", "/book"),
)
SHOWN_AS_IT_IS: Final = ("rate:", "check:", "why:", "same:", "draft", "lookback:", "project:", "slot")
"""Buttons of what is seldom: they are pressed where they stand."""
BESIDE: Final = frozenset(
    {"summary", "export", "quarterly", "shuzhi", "score", "lookback", "forget", "mydata", "language"}
)
"""Files made beside the answers, the end of somebody's story, another language: they have tests of their own."""

MISLEADING: Final = ("old-button", "dialogue-over", "question-answered", "not-your-buttons", "case-not-found")
"""What a button that has just been sent must not be answered with."""
EMPTY: Final = re.compile(r"「\s*」|“\s*”|《\s*》|。。|，，|，。|。，|：。")
HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
KEY: Final = re.compile(r"(?<![\w/#-])[a-z]+(?:-[a-z0-9]+)+(?![\w-])")


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did; ``spoke``: what the bot owes an answer, ``fresh``: the button was the newest there was."""

    what: str
    who: Person
    spoke: Message | CallbackQuery | None = None
    fresh: bool = False


class _Errors(logging.Handler):
    """Every line at level error, from whatever library."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(str(record.msg))


class Wanderers:
    """The town with two more people who work there in English, three groups, and dice. ``wrong``: what did not hold."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.dice = random.Random(f"wanderers {seed}")
        self.done: list[str] = []
        self.wrong: list[str] = []
        self._errors = _Errors()
        self._news: set[Message] = set()
        self._cases: list[tuple[int, Stage, int | None, list[int]]] = []
        self._refusals = [pattern for key in MISLEADING for pattern in _patterns(key)]
        self._keys = {key for language in LANGUAGES for key in catalogue(language, "UTC").keys if "-" in key}

    async def gather(self) -> None:
        """Everybody is there, and the bot runs."""
        town, person = self.town, self.town.sandbox.user
        town.configure("intake", messages_per_minute=1000)
        bob, ann = person("Bob", id=5004, language="en"), person("Ann", id=6003, language="en")
        eve, tom = person("Eve", id=8004, language="de"), person("老唐", id=8005, language="zh-hant")
        self.deputies = [town.wang, town.li, town.chen, bob]
        self.staff = [town.zhao, town.sun, ann, town.owner]
        self.constituents = [town.lin, town.he, town.alice, eve, tom]
        await town.sandbox.start()
        town.import_roster(MORE)
        await self._starts()
        first = await town.group("阳光小区", [town.lin, town.he, town.alice, town.wang, bob])
        forum = town.sandbox.forum("滨河小区", [town.sun, ann, town.he, tom], topics=["议事", "Repairs"], bot=True)
        loose = town.sandbox.group("River", [tom, eve], bot=True)
        town.sun.writes(forum, "/bind RIVER")
        self.groups = [first, forum, loose]
        await town.settled()

    async def walk(self, steps: int) -> None:
        """So many deeds, each looked at; then a day without any, after which nothing is owed to anybody."""
        while len(self.done) < steps:
            await self._step()
        await self.town.later(minutes=30)
        await self.town.later(days=1)
        self.wrong += [f"at the end: {what}" for what in await self.town.read(self._left)]

    # --- a step -------------------------------------------------------------------------------------------------------

    async def _starts(self) -> None:
        await self.town.start_bot()
        logging.getLogger().addHandler(self._errors)

    async def _step(self) -> None:
        weights = {self._press: 26, self._go_on: 30, self._work: 20, self._say: 14, self._media: 6, self._answer: 8}
        weights |= {self._edit: 3, self._in_group: 8, self._vote: 2, self._block: 1, self._change_group: 1}
        weights |= {self._time: 4, self._restart: 1, self._with_a_case: 22, self._seldom: 12}
        (deed_of,) = self.dice.choices(list(weights), list(weights.values()))
        before = self.town.sandbox.world.feed.seq
        try:
            deed = deed_of()
        except Impossible:
            return
        self.done.append(deed.what)
        if deed_of == self._restart:
            await self.town.stop_bot()
            await self._starts()
        await self.town.settled()
        said = [m for room in self._rooms() for m in room.messages if m.by_bot and m.seq > before]
        self.wrong += [f"step {len(self.done)}, {deed.what}: {what}" for what in self._looked_at(deed, said)]
        self.wrong += [f"step {len(self.done)}: {what}" for what in await self.town.read(_set_aside)]
        self._news = set(said)
        self._cases = await self.town.read(_who_has_what)

    def _rooms(self) -> list[Room]:
        return [room for room in self.town.sandbox.world.chats.values() if isinstance(room, Room)]

    # --- what people do -----------------------------------------------------------------------------------------------

    def _anybody(self) -> Person:
        everybody = [*self.constituents, *self.deputies, *self.staff]
        return self._there(self.dice.choice(everybody))

    def _there(self, who: Person) -> Person:
        if who.chat.blocked:
            raise Impossible("has blocked the bot")
        return who

    def _groups_of(self, who: Person) -> list[Room]:
        return [group for group in self.groups if group.member(who).status in PRESENT and group.has_bot]

    def _seen_by(self, who: Person) -> list[Message]:
        rooms = [who.chat, *(self._groups_of(who) if self.dice.random() < 0.3 else ())]
        return _some([message for room in rooms for message in room.messages if not message.is_service])

    def _words(self, who: Person) -> str:
        if self.dice.random() < 0.06:
            return self.dice.choice(ODD)
        if self.dice.random() < 0.12:
            return self.dice.choice([self._day(), self._number(), self.dice.choice(NAMES), "9:00-11:00", "2h", "A"])
        return self.dice.choice(SAID[_language(who)])

    def _day(self) -> str:
        by = timedelta(days=self.dice.choice([-30, -1, 0, 1, 2, 5, 14, 40]))
        return (self.town.clock.now() + by).date().isoformat()

    def _number(self) -> str:
        return str(self.dice.choice([1, 1, 2, 2, 3, 4, 5, 6, 9, 999]))

    def _press(self) -> Deed:
        who = self._anybody()
        below = [(m, b) for m in self._seen_by(who) if m.by_bot for b in _pressed(m)]
        message, button = self.dice.choice(_some(below[-40:] if self.dice.random() < 0.8 else below))
        return self._presses(who, message, button)

    def _presses(self, who: Person, message: Message, button: Button) -> Deed:
        assert button.callback_data is not None
        verb = button.callback_data.partition(":")[0]
        if verb in BESIDE or any(name in button.callback_data for name in BESIDE):
            raise Impossible("that is made beside the answers")
        fresh = message in self._news and message.chat is who.chat
        query = who.presses_data(message, button.callback_data)
        return Deed(f"{who.name} presses [{button.text}] ({query.data}) below {message.text[:40]!r}", who, query, fresh)

    def _go_on(self) -> Deed:
        """Whoever was asked something answers it, by a button or in words."""
        asked = {who: m for who in (*self.constituents, *self.deputies, *self.staff) for m in _question(who)}
        who = self._there(self.dice.choice(_some(list(asked))))
        buttons = [b for b in _pressed(asked[who]) if (b.callback_data or "").startswith("ans:")]
        if buttons and self.dice.random() < 0.75:
            return self._presses(who, asked[who], self.dice.choice(buttons))
        return self._says(who, self._day() if self.dice.random() < 0.3 else self._words(who))

    def _work(self) -> Deed:
        """A command of one's own role, typed with more or less of what it needs."""
        role = self.dice.choice([Role.CONSTITUENT, Role.DEPUTY, Role.DEPUTY, Role.STAFF, Role.STAFF])
        people = {Role.CONSTITUENT: self.constituents, Role.DEPUTY: self.deputies, Role.STAFF: self.staff}[role]
        who = self._there(self.dice.choice(people))
        usable = [command for command in commands.COMMANDS if role in command.roles and command.name not in BESIDE]
        command = self.dice.choice(usable)
        known = command.arguments[: self.dice.randint(0, len(command.arguments))]
        line = " ".join([f"/{command.name}", *(self._argument(who, argument) for argument in known)])
        return self._says(who, line.strip())

    def _with_a_case(self) -> Deed:
        """Whoever has a case does what can be done with it, its author answers, or staff look after it."""
        number, stage, deputy, authors = self.dice.choice(_some(self._cases))
        roll = self.dice.random()
        if roll < 0.6 and deputy is not None:
            who, lines = self._by_id(deputy), BY_STAGE[stage]
        elif roll < 0.8 and authors:
            who, lines = self._by_id(self.dice.choice(authors)), OF_AUTHORS
        else:
            who, lines = self.dice.choice(self.staff), OF_STAFF
        line = self.dice.choice(lines).format(
            n=number,
            m=self.dice.choice(self._cases)[0],
            w=self.dice.choice(SAID[_language(who)]),
            d=self.dice.choice(NAMES),
            e=self.dice.choice(NAMES),
            day=(self.town.clock.now() + timedelta(days=self.dice.choice((1, 4, 14)))).date(),
            year=self.dice.choice((2027, 2028)),
        )
        return self._says(self._there(who), line)

    def _by_id(self, account: int) -> Person:
        people = (*self.constituents, *self.deputies, *self.staff)
        return _some([person for person in people if person.id == account])[0]

    def _seldom(self) -> Deed:
        """A rating, a check, a draft, a look-back: what is asked of somebody is answered there."""
        who = self._anybody()
        below = [
            (m, b)
            for m in who.chat.messages[-30:]
            if m.by_bot and not m.deleted
            for b in _pressed(m)
            if (b.callback_data or "").startswith(SHOWN_AS_IT_IS) or "确认" in b.text or "Confirm" in b.text
        ]
        return self._presses(who, *self.dice.choice(_some(below)[-8:]))

    def _argument(self, who: Person, argument: Argument) -> str:
        if argument.kind in NUMBERED:
            return self._number()
        if "date" in argument.kind.value or "day" in argument.kind.value:
            return self._day()
        if "deput" in argument.kind.value:
            return self.dice.choice(NAMES)
        fixed = {Kind.STATION: "SUN", Kind.LANGUAGE: "zh", Kind.REPLY_CLASS: "A", Kind.CONFIRM: "", Kind.PAYLOAD: ""}
        return fixed[argument.kind] if argument.kind in fixed else self._words(who)

    def _says(self, who: Person, text: str, **about: Any) -> Deed:
        return Deed(f"{who.name} says {text[:60]!r}", who, who.says(text, **about))

    def _say(self) -> Deed:
        who = self._anybody()
        return self._says(who, self._words(who))

    def _media(self) -> Deed:
        who = self._anybody()
        words = self._words(who)[:1000] if self.dice.random() < 0.5 else ""
        ways: Sequence[Callable[[], Message]] = (
            lambda: who.sends_photo(who.chat, words),
            lambda: who.sends_document(who.chat, words),
            lambda: who.sends_album(who.chat, ["photo", "photo"], words)[0],
            lambda: who.sends_voice(who.chat),
            lambda: who.sends_sticker(who.chat),
            lambda: who.sends_location(who.chat),
            lambda: who.sends_contact(who.chat, own=self.dice.random() < 0.5),
            lambda: who.sends_poll(who.chat, "Who?", ["A", "B"]),
        )
        sent = self.dice.choice(ways)()
        return Deed(f"{who.name} sends a {sent.kind} with {words[:40]!r}", who, sent)

    def _answer(self) -> Deed:
        who = self._anybody()
        to = self.dice.choice(self._seen_by(who)[-10:])
        said = who.writes(to.chat, self._words(who), reply_to=to)
        ours = to.by_bot or to.chat is who.chat
        return Deed(f"{who.name} answers {to.text[:40]!r} with {said.text[:40]!r}", who, said if ours else None)

    def _edit(self) -> Deed:
        who = self._anybody()
        own = _some([m for m in self._seen_by(who) if m.sender is who and m.kind == "text"])
        message, words = self.dice.choice(own[-6:]), self._words(who)
        if words.strip() == message.text:
            raise Impossible("it reads so already")
        who.edits(message, words.strip())
        private = message.chat is who.chat
        return Deed(f"{who.name} edits {message.id} into {words[:40]!r}", who, message if private else None)

    def _in_group(self) -> Deed:
        who = self._anybody()
        group = self.dice.choice(_some(self._groups_of(who)))
        words = self._words(who)
        lines = (f"/report {words}", f"@{self.town.sandbox.bot.username} {words}", "/bind SUN", "/unbind", "/projects")
        line = self.dice.choice([*lines, f"/mediate {self._number()} {words}", "/report", words])[:4096]
        about = {"thread": self.dice.choice(list(group.topics.values()))} if group.topics else {}
        said = who.writes(group, line, **about)
        return Deed(f"{who.name} writes {line[:60]!r} in {group}", who, said if line[0] in "/@" and line[1:] else None)

    def _vote(self) -> Deed:
        who = self._anybody()
        polls = [m for m in self._seen_by(who) if m.poll is not None and m.poll.by_bot and not m.poll.closed]
        message = self.dice.choice(_some(polls))
        who.votes(message, [self.dice.randrange(2)])
        return Deed(f"{who.name} votes", who)

    def _block(self) -> Deed:
        who = self.dice.choice(self.constituents)
        if who.chat.blocked or not who.chat.started:
            return Deed(f"{who.name} starts", who, who.starts())
        who.blocks()
        return Deed(f"{who.name} blocks the bot", who)

    def _change_group(self) -> Deed:
        place = self.dice.randrange(len(self.groups))
        group = self.groups[place]
        if not group.has_bot:
            group.adds_bot()
        elif group.type.value == "group" and self.dice.random() < 0.5:
            self.groups[place] = group.upgrades()
        else:
            group.kicks_bot()
        return Deed(f"{group} changes", self.town.owner)

    def _time(self) -> Deed:
        hours = self.dice.choice([1, 5, 14, 24, 24, 72, 168, 500])
        self.town.clock.move(timedelta(hours=hours))
        return Deed(f"{hours} hours pass", self.town.owner)

    def _restart(self) -> Deed:
        return Deed("the bot is restarted", self.town.owner)

    # --- what must hold -----------------------------------------------------------------------------------------------

    def _looked_at(self, deed: Deed, said: Sequence[Message]) -> Iterator[str]:
        yield from (f"in the log: {line}" for line in self._errors.lines)
        self._errors.lines.clear()
        if isinstance(deed.spoke, CallbackQuery):
            yield from self._of_a_press(deed, deed.spoke, said)
        elif deed.spoke is not None and not _is_answered(deed.spoke, said):
            yield "nothing was said to that"
        fresh = [(m.chat.id, m.text, m.kind) for m in said if not m.versions and m.text and m.kind != "poll"]
        yield from (f"said twice: {one}" for one in set(fresh) if fresh.count(one) > 1)
        for message in said:
            reader = message.chat.user
            for text in (message.text, *message.labels):
                yield from (f"{what} in {text!r}" for what in self._ugly(text, reader))

    def _of_a_press(self, deed: Deed, query: CallbackQuery, said: Sequence[Message]) -> Iterator[str]:
        if not query.answered:
            yield "the press was not answered"
        seen = [m for m in said if m.chat in (query.message.chat, deed.who.chat)]
        blank = not deed.what.partition("[")[2].partition("]")[0].strip("\u2800 ")
        if not (query.answer or seen or query.url or blank):
            yield "nothing came of the press"
        if deed.fresh and any(pattern.fullmatch(query.answer) for pattern in self._refusals):
            yield f"a button just sent is refused: {query.answer}"

    def _ugly(self, text: str, reader: Any) -> Iterator[str]:
        if any(odd[:12] in text for odd in ODD if len(odd) > 2):
            return
        yield from (repr(found[0]) for pattern in (UGLY, EMPTY) if (found := pattern.search(text)))
        yield from (f"the key {key}" for key in KEY.findall(text) if key in self._keys)
        if isinstance(reader, Person) and _language(reader) == "en":
            known = "\n".join([*SAID["zh"], *OURS, *(person.name for person in self.constituents)])
            yield from (f"Chinese {run}" for run in HAN.findall(text) if run not in known)

    def _left(self, uow: SqlUnitOfWork) -> list[str]:
        """What waits though nothing is due, and cases that are nobody's turn."""
        now = self.town.clock.now()
        unhandled = uow.connection.execute(sa.select(inbox.c.update_id, inbox.c.state).where(inbox.c.state != "done"))
        due = (outbox.c.not_before.is_(None) | (outbox.c.not_before <= now)) & outbox.c.retry_at.is_(None)
        owed = uow.connection.execute(sa.select(outbox.c.id, outbox.c.chat_id, outbox.c.payload).where(due))
        every = [
            case
            for number in uow.connection.execute(sa.select(cases.c.number)).scalars()
            for case in _case(uow, number)
        ]
        return [
            *(f"unhandled: {tuple(row)}" for row in unhandled),
            *(f"not sent: {tuple(row)}" for row in owed),
            *(f"case #{case.number} {why}" for case in every if (why := _stuck(uow, case)) is not None),
        ]


def _some(found: list[Any]) -> list[Any]:
    if not found:
        raise Impossible("there is none")
    return found


def _language(who: Person) -> str:
    return "zh" if (who.language_code or "").startswith("zh") else "en"


def _pressed(message: Message) -> list[Button]:
    return [button for row in message.buttons for button in row if button.callback_data is not None]


def _question(who: Person) -> list[Message]:
    """The newest question that waits for that person."""
    if who.chat.blocked:
        return []
    asked = [m for m in who.chat.messages[-6:] if any((b.callback_data or "")[:4] == "ans:" for b in _pressed(m))]
    return asked[-1:]


def _is_answered(spoke: Message, said: Sequence[Message]) -> bool:
    """By a message, an edit or a reaction, where it was said or in private. What is a command of other bots is not."""
    if spoke.reactions or spoke.deleted:
        return True
    return any(m.chat is spoke.chat or m.chat.user is spoke.sender for m in said)


def _case(uow: SqlUnitOfWork, number: int) -> list[Case]:
    case = uow.cases.get(number)
    return [case] if case is not None else []


def _who_has_what(uow: SqlUnitOfWork) -> list[tuple[int, Stage, int | None, list[int]]]:
    """Each case, its stage, the accounts of its deputy and of its authors."""
    deputies = {entry.id: entry.telegram_id for entry in uow.roster.deputies()}
    numbers = uow.connection.execute(sa.select(cases.c.number)).scalars()
    return [
        (
            number,
            case.stage,
            deputies.get(case.deputy_id or 0),
            [author.telegram_id for author in uow.cases.authors(number) if author.telegram_id],
        )
        for number in numbers.all()
        for case in _case(uow, number)
    ]


def _stuck(uow: SqlUnitOfWork, case: Case) -> str | None:
    """Why nobody would ever go on with it; None where somebody finds it in their list, and its time runs or is kept."""
    if case.stage is Stage.CLOSED:
        return None if case.outcome is not None else "ended as nothing"
    if case.deputy_id is None:
        listed, _ = uow.cases.unassigned(None, limit=1000)
    elif all(each.id != case.deputy_id for each in uow.roster.deputies()):
        return "is with somebody who is no deputy any more"
    else:
        listed, _ = uow.cases.of_deputy(case.deputy_id, limit=1000)
    if all(each.number != case.number for each in listed):
        return "stands in nobody's list"
    goes_on = {
        Stage.REPLY: case.replied_at,
        Stage.FOLLOW_UP: case.promise_date or case.due_at,
    }.get(case.stage, case.due_at or case.paused_since)
    return None if goes_on is not None else f"waits in {case.stage} without an end"


def _set_aside(uow: SqlUnitOfWork) -> list[str]:
    return [f"set aside: {item.kind} {item.error}" for item in uow.set_asides.list()]


def _patterns(key: str) -> Iterator[re.Pattern[str]]:
    """What that sentence looks like, whatever stands in its blanks."""
    for language in LANGUAGES:
        for message in read_catalogue(language):
            if message.id == key:
                parts = re.split(r"\{\w+\}", str(message.string))
                yield re.compile(".*".join(map(re.escape, parts)), re.DOTALL)
