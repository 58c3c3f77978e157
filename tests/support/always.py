"""What is true of a town at every moment, whatever happens, and what is true of it when one looks back on it all.

Unlike ``who_may_read.py``, which looks at who is shown what, this looks at what is stored, and at how things are said:
cases move by the table alone, the journal tells how each came to where it is; what is owed is sent, or waits and says
until when; whatever is shown is whole. At the end: lists and figures, counted anew from something else.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from handlers.terminal import summary as terminal
from liaisonbot import workflow
from liaisonbot.outgoing import Outgoing, Send
from liaisonbot.services.recounting import recount
from liaisonbot.texts import LANGUAGES, catalogue
from liaisonbot.vocabulary import Stage
from liaisonbot.windows import Window, WindowKind
from storage.audit import Audit
from storage.seals import Sealer
from tests.support.acts import Act
from tests.support.figures_history import History, first_day_before, label
from tests.support.figures_oracle import Days, Whose

if TYPE_CHECKING:
    from tests.support.random_town import RandomTown

UGLY: Final = re.compile(
    r"[{}]|\bNone\b|\bnull\b|（\s*）|\(\s*\)|：：|\n{3,}|&(lt|gt|amp|quot|#\d+);|Traceback"
    r"|「\s*」|“\s*”|《\s*》|。。|，，|，。|。，|：。|datetime\.|<[A-Z]\w+[.:]"
)
"""What no reader should ever see."""
_TAG: Final = re.compile(r"</?(?:b|i|u|s|code|blockquote|a)\b[^>]*>")
_KEY: Final = re.compile(r"(?<![\w/#-])[a-z]+(?:-[a-z0-9]+)+(?![\w-])")
_STEPS: Final = {(row.when, row.on.value, row.becomes): row for row in workflow.STEPS}


_BEYOND: Final = ("units", "gatherings", "cases")
"""Of a summary: what no export says once somebody was forgotten, and the numbers behind the figures."""


class Always:
    """Looks at a town before and after each thing that happens in it, and says in ``town.wrong`` what is not so."""

    def __init__(self, town: RandomTown) -> None:
        self._town = town
        self._journal = 0
        self._stages: dict[int, Any] = {}
        self._keys = {key for language in LANGUAGES for key in catalogue(language, "UTC").keys if "-" in key}
        self.history = History("Asia/Shanghai", town)
        self._sealer = Sealer()
        self._answers: Counter[str] = Counter()
        self._began = town.now

    def _wrong(self, sentence: str) -> None:
        self._town.wrong.append(sentence)

    # --- at every step ------------------------------------------------------------------------------------------------

    def begins(self, act: Act) -> None:
        """Before the clock moves on, things are noted as they are."""
        town = self._town
        moves = act.what in ("waits", "waits_for")
        if moves:
            self._seal()
        if moves or self._day(town.now + timedelta(seconds=5)) != self._day(town.now):
            self.history.noted()

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.history.zone).date()

    def ends(self) -> None:
        for check in (self._cases_move_by_the_table, self._what_is_owed_waits, self._one_draft_each):
            for sentence in check():
                self._wrong(sentence)

    def _cases_move_by_the_table(self) -> Iterator[str]:
        new = self._town.ask(
            "SELECT id, case_number, event, from_stage, to_stage, outcome FROM journal WHERE id > ? ORDER BY id",
            str(self._journal),
        )
        for id_, number, event, before, after, outcome in new:
            self._journal = id_
            what = f"case {number}: {event} from {before} to {after}"
            if event not in {"reminded", "pressed", "supervised", "key_supervised"} | {e.value for e in workflow.Event}:
                yield f"{what}: no event of the table"
            if (Stage(before) if before else None, event, Stage(after)) not in _STEPS:
                yield f"{what}: not in the table"
            if before is not None and before != self._stages.get(number, before):
                yield f"{what}, but it was in {self._stages[number]}"
            row = _STEPS.get((Stage(before) if before else None, event, Stage(after)))
            if row is not None and row.outcome is not None and row.outcome.value != outcome:
                yield f"{what} as {outcome}"
            if (after == "closed") != (outcome is not None):
                yield f"{what} as {outcome}"
            self._stages[number] = after
        if new:
            self.history.noted()
            for number, stage, outcome, closed, deputy, held in self._town.ask(
                "SELECT number, stage, outcome, closed_at, deputy_id, held FROM cases"
            ):
                if stage != self._stages.get(number):
                    yield f"case {number} is in {stage}, its journal in {self._stages.get(number)}"
                if (stage == "closed") != (outcome is not None and closed is not None):
                    yield f"case {number} is in {stage} with {outcome}"
                if held and (deputy is not None or stage == "closed"):
                    yield f"case {number} is held, in {stage}, and with {deputy}"

    def _what_is_owed_waits(self) -> Iterator[str]:
        town = self._town
        for id_, error, payload in town.ask("SELECT id, error, payload FROM outbox WHERE state = 'aside'"):
            yield f"message {id_} is set aside: {error} {payload[:300]}"
        if town.cut_off:
            return
        with town.unit() as uow:
            for promise in uow.outbox.turn(town.now, ()):
                yield f"message {promise.id} could go and does not: {promise.outgoing}"
        far = (town.now + timedelta(days=70)).isoformat(" ")
        for id_, at, payload in town.ask("SELECT id, not_before, payload FROM outbox WHERE not_before > ?", far):
            yield f"message {id_} waits until {at}: {payload[:300]}"

    def _one_draft_each(self) -> Iterator[str]:
        for row in self._town.ask(
            "SELECT deputy_id, type, day, case_number, count(*) FROM duty_entries"
            " WHERE state = 'draft' AND case_number IS NOT NULL GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
        ):
            yield f"several drafts of the same: {tuple(row)}"

    # --- how it is said -----------------------------------------------------------------------------------------------

    def shown(self, outgoing: Outgoing, text: str, labels: list[str], data: list[str]) -> None:
        """Something stands on somebody's screen."""
        for words in (html.unescape(_TAG.sub("", text)), *labels):
            if (found := UGLY.search(words)) is not None:
                self._wrong(f"{found[0]!r} is to be read in {words!r}")
            for key in _KEY.findall(words):
                if key in self._keys:
                    self._wrong(f"the key {key} is to be read in {words!r}")
        if outgoing.kind is Send.CALLBACK and len(text) > 200:
            self._wrong(f"too long beside a button: {text!r}")
        if any(not label.strip() for label in labels) or any(
            len(one.encode()) > 64 for one in data if "://" not in one
        ):
            self._wrong(f"no button: {labels} {data}")
        if outgoing.poll is not None and (
            len(outgoing.poll.question) > 300
            or not 2 <= len(outgoing.poll.options) <= 10
            or any(not 1 <= len(option) <= 100 for option in outgoing.poll.options)
        ):
            self._wrong(f"no poll of Telegram's: {outgoing.poll}")

    def answered(self, callback: str) -> None:
        """A press was answered; Telegram takes one answer."""
        self._answers[callback] += 1
        if self._answers[callback] > 1:
            self._wrong(f"the press {callback} is answered {self._answers[callback]} times")

    # --- when it is over ----------------------------------------------------------------------------------------------

    def over(self) -> None:
        """Looks back on everything."""
        town = self._town
        if town.wrong:
            return
        for check in (self._lists, self._figures, self._polls, self._seals):
            for sentence in check():
                self._wrong(sentence)

    def _lists(self) -> Iterator[str]:
        """Whoever opens a list reads how many there are, and as many are there."""
        town = self._town
        town.cut_off = False
        town.ticks()
        facts = town.oracle.facts = town.oracle._as_it_is()
        for who in town.deputies:
            mine = {number for number, case in facts.cases.items() if facts.has_it(number, who) and case[4] != "closed"}
            yield from self._listed(who, "/inbox", mine)
        for who in town.constituents:
            mine = {
                row[0]
                for row in town.ask(
                    "SELECT DISTINCT a.case_number FROM case_authors a JOIN persons p ON p.id = a.person_id"
                    " WHERE p.telegram_id = ?",
                    str(who),
                )
            }
            yield from self._listed(who, "/mycases", mine)

    def _listed(self, who: int, line: str, expected: set[int]) -> Iterator[str]:
        town = self._town
        if who in town.blocked:
            return
        town.does(Act("writes", who, line))
        shown = town.chats[who][-1]
        found = set(map(int, re.findall(r"#(\d+)", shown.text)))
        for _ in range(30):
            before = len(found)
            data = [one for one in shown.buttons.values() if re.fullmatch(rf"{line[1:]}:\d+|page:{line[1:]}:\d+", one)]
            further = [label for label in shown.buttons if "下一页" in label or "Next" in label]
            if not further:
                break
            town.does(Act("presses", who, shown.buttons[further[0]], (who, shown.message_id, shown.text[:24]), ""))
            found |= set(map(int, re.findall(r"#(\d+)", shown.text)))
            if len(found) == before and not data:
                break
        counted = re.search(r"(\d+)\s*(?:件|cases?)", shown.text)
        if found != expected:
            yield f"{line} of {who} shows {sorted(found)}, and there are {sorted(expected)}: {shown.text[:200]!r}"
        elif counted and expected and int(counted[1]) != len(expected):
            yield f"{line} of {who} counts {counted[1]}, and there are {len(expected)}: {shown.text[:200]!r}"

    def _figures(self) -> Iterator[str]:
        """Every week's summary says what the exports of its end say."""
        town = self._town
        self.history.noted()
        town.now += timedelta(seconds=5)
        first, last = self._began.date(), town.desk.today
        window, windows = Window.around(WindowKind.WEEK, first), []
        while window.first <= last:
            windows.append(window)
            window = window.following()
        for window in [*windows[-4:], Window.around(WindowKind.YEAR, first)]:
            for whose in ({}, {"station": "A"}, {"deputy": "张三"}):
                yield from self._summary(window, whose)

    def _summary(self, window: Window, whose: dict[str, str]) -> Iterator[str]:
        town = self._town
        with town.unit() as uow:
            made = terminal.made(uow, town.desk, window, whose)
            found = json.loads(terminal.WRITTEN["json"](made, terminal.Asked("zh", "Asia/Shanghai", which=True)))
        for gathering in found["gatherings"]:
            gathering.pop("words")
        days = Days(label(window), first_day_before(window), window.first, window.last)
        stations = {whose["station"]} if "station" in whose else None
        summary = self.history.oracle().summary(days, town.now, Whose(stations, whose.get("deputy")))
        for key, value in (summary | {"station": None, "area": None, "deputy": None} | whose).items():
            if key not in _BEYOND and found[key] != value:
                yield f"{label(window)} {whose}: {key} is {found[key]}, and by the exports {value}"

    def _polls(self) -> Iterator[str]:
        town = self._town
        with town.unit() as uow:
            for (number,) in town.ask("SELECT number FROM polls WHERE state = 'closed' AND result IS NOT NULL"):
                found = recount(uow, number)
                if found.differences:
                    yield f"poll {number} is counted anew otherwise: {found.differences}"

    def _seal(self) -> None:
        """What was said is sealed; later it may be forgotten."""
        with self._town.unit() as uow:
            while self._sealer.seal(uow.connection, self._town.now):
                pass

    def _seals(self) -> Iterator[str]:
        self._seal()
        with self._town.unit() as uow:
            audit = Audit()
            while audit.page(uow.connection, 1000):
                pass
            yield from (f"a seal is broken: {finding}" for finding in audit.findings)


def reached(town: RandomTown) -> Counter[str]:
    """How often which events came about, to see what a town is good for."""
    found: Counter[str] = Counter()
    for name, table in (("case", "journal"), ("duty", "duty_events"), ("project", "project_events")):
        for event, count in town.ask(f"SELECT event, count(*) FROM {table} GROUP BY event"):
            found[f"{name} {event}"] = count
    return found
