"""``/search``: the cases one may read, by their words.

The search itself is made when its answer's turn to be sent has come, on a reader's connection, so that nobody who
writes waits for it; the promise carries its number and no words. The index gives candidates; what is shown was looked
up in the case, as this reader may read it (``readables``), and matched once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from heapq import merge
from itertools import islice
from typing import Any, Final

from liaisonbot import masking
from liaisonbot.desk import Desk
from liaisonbot.errors import NotFound, Refused
from liaisonbot.finding import Among, Facet, Hit, facet
from liaisonbot.incoming import Place
from liaisonbot.model import Actor, Case
from liaisonbot.outgoing import Button, Outgoing, Priority, Rows, Send
from liaisonbot.permissions import GRANTS, Permission, Scope
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import actors, cards, casework, guided, readables
from liaisonbot.services.search_arguments import Query, read
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text

COMPOSED: Final = "search"
"""With it begins ``Outgoing.composed`` of an answer to a search."""
PAGE: Final = 5
"""Cases on a page: each takes two or three lines of a phone."""
LOOKED_AT: Final = 400
"""Candidates that are read for one page; whoever wants to know goes on with a button."""
_AT_ONCE: Final = 10
_UNINDEXED: Final = 200
"""Cases that are looked at although they have no entry in the index yet."""
FEW: Final = 300
"""So many cases of one's own are looked at one by one: they need no index."""
BEFORE_HIT: Final = 14
"""Characters of an excerpt before the words that were found."""
AROUND: Final = 60
"""Characters of an excerpt."""
KEPT_FOR: Final = timedelta(days=7)
"""How long the pages of a search can be turned."""
_TURN: Final = re.compile(r"([on])([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Found:
    """A case that is shown, and where its words stand; None where no words were looked for."""

    case: Case
    hit: Hit | None
    opening: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """Cases, the newest first, and from which number on there may be older or newer ones."""

    found: Sequence[Found]
    older: int | None
    newer: int | None
    complete: bool
    """Whether it lacks nothing that is not in the index yet."""


# --- asking -----------------------------------------------------------------------------------------------------------


def search(visit: Visit, answers: Mapping[str, Any]) -> None:
    """``/search WORDS``: the answer is promised, and looked up when it is sent."""
    words = answers["words"]
    read(visit, words)
    number = visit.uow.searches.add(visit.person_id, words, visit.desk.now)
    visit.toast()
    _promise(visit, f"{COMPOSED}:{number}:o0")


def _promise(visit: Visit, composed: str) -> None:
    place, press = visit.place.chat_id, visit.press
    if press is None or press.message_id is None:
        visit.promise(Outgoing(Send.TEXT, place, composed=composed, priority=Priority.ANSWER))
        return
    edit = Outgoing(Send.EDIT, place, composed=composed, target=press.message_id, priority=Priority.ANSWER)
    visit.promise(replace(edit, key=f"edit:{press.message_id}"))


def _press(visit: Visit, rest: Sequence[str]) -> None:
    """Turn a page, or look for something else."""
    if rest == ["again"]:
        guided.begin(visit, "search", {})
        return
    if len(rest) != 2 or not rest[0].isdecimal() or len(rest[0]) > 15 or _TURN.fullmatch(rest[1]) is None:
        raise Refused("old-button")
    if visit.uow.searches.get(int(rest[0]), visit.person_id) is None:
        raise Refused("search-over")
    visit.toast()
    _promise(visit, f"{COMPOSED}:{rest[0]}:{rest[1]}")


VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"find": _press}
"""Verbs of buttons; see ``presses.VERBS``."""


# --- answering --------------------------------------------------------------------------------------------------------


def compose(uow: UnitOfWork, desk: Desk, outgoing: Outgoing) -> Outgoing | None:
    """The answer with its words and buttons, as of now. Reads only."""
    _, number, turn = (outgoing.composed or "").split(":")
    actor = actors.known(uow, desk, outgoing.chat_id)
    words = uow.searches.get(int(number), actor.person.id) if actor.person else None
    plain = replace(outgoing, composed=None)
    if words is None:
        return replace(plain, text=Text.of("search-over"), rows=(_again(),))
    visit = Visit(uow, desk, actor, Place(outgoing.chat_id, "private"), outgoing.language)
    try:
        query = read(visit, words)
    except Refused as refused:  # a name in it is in the roster no more
        return replace(plain, text=Text(refused.key, refused.params), rows=(_again(),))
    rising, beyond = turn[0] == "n", int(turn[1:]) or None
    page = look(visit, query, beyond, rising=rising)
    if rising and not page.found:
        beyond, page = None, look(visit, query)
    numbered = _numbered(visit, query, page)
    text = _said(visit, words, query, page, first=beyond is None, numbered=numbered)
    return replace(plain, text=text, rows=_rows(number, page, numbered))


def _numbered(visit: Visit, query: Query, page: Page) -> int | None:
    """The case whose number was typed without its sign, where the reader may read it, and it is not on the page."""
    number = query.bare_number
    if number is None or number in [found.case.number for found in page.found]:
        return None
    named = Query(numbers=frozenset({number}))
    return number if look(visit, named).found else None


def _said(visit: Visit, words: str, query: Query, page: Page, *, first: bool, numbered: int | None) -> Text:
    alone = first and page.older is None
    typed = masking.mask(words)
    title = Text.of("search-all", n=len(page.found), words=typed) if alone else Text.of("search-some", words=typed)
    if not page.found:
        nothing = "search-nothing" if first else "search-no-more"
        title = Text.of("search-nothing-yet" if page.older is not None else nothing, words=typed)
    one = next((phrase.typed for phrase in query.phrases if phrase.one_character), None)
    return Text.lines(
        title,
        *(_line(visit, found) for found in page.found),
        Text.of("search-one-character", word=one) if one and page.found else None,
        *(_lacking(visit) if not page.complete else ()),
        Text.of("search-number", case=numbered) if numbered is not None else None,
        Text.of("search-try") if first and not (page.found or page.older or query.only_numbers) else None,
    )


def _lacking(visit: Visit) -> Iterator[Text]:
    """What may not be found yet."""
    finding = visit.uow.finding
    earlier = finding.indexed_from()
    if earlier > 1:
        yield Text.of("search-unindexed", case=earlier)
    if len(finding.unindexed(_UNINDEXED + 1)) > _UNINDEXED:
        yield Text.of("search-behind")


def _line(visit: Visit, found: Found) -> Text:
    case = found.case
    return Text.lines(
        Text.of(
            "search-case",
            case=case.number,
            stage=Text.of(f"outcome-{case.outcome}") if case.outcome else Text.of(f"stage-{case.stage}"),
            category=cards.category(case),
            date=case.created_at.astimezone(visit.desk.timezone).date(),
        ),
        _excerpt(found),
    )


def _excerpt(found: Found) -> Text:
    """A piece of the words in one line, masked as in every list, with what was looked for marked."""
    text = found.hit.text if found.hit else found.opening
    if not text:
        return Text.of("search-no-words")
    masked = masking.mask(text)
    start, end = (found.hit.start, found.hit.end) if found.hit else (0, 0)
    begins = max(0, start - BEFORE_HIT)
    before, hit, after = _in_a_line(masked[begins:start]), _in_a_line(masked[start:end]), _in_a_line(masked[end:])
    after = masking.shorten(after, max(8, AROUND - len(before) - len(hit)))
    if begins:
        before = "…" + before.lstrip()
    if not hit:
        return Text.of("search-words", text=after)
    return Text.of("search-hit", before=before, hit=hit, after=after)


def _in_a_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _rows(number: str, page: Page, numbered: int | None) -> Rows:
    shown = [*([numbered] if numbered is not None else []), *(each.case.number for each in page.found)]
    buttons = [Button(Text.of("overdue-case", case=case), f"do:case:{case}") for case in shown]
    turns = []
    if page.newer is not None:
        turns.append(Button(Text.of("button-newer"), f"find:{number}:n{page.newer}"))
    if page.older is not None:
        turns.append(Button(Text.of("button-older"), f"find:{number}:o{page.older}"))
    return (*cards.in_pairs(buttons, PAGE), *((tuple(turns),) if turns else ()), _again())


def _again() -> tuple[Button, ...]:
    return (Button(Text.of("button-search-again"), "find:again"),)


# --- looking ----------------------------------------------------------------------------------------------------------


def look(visit: Visit, query: Query, beyond: int | None = None, *, rising: bool = False) -> Page:
    """A page of what this reader finds: the newest, or those past a number, in that direction."""
    found: list[Found] = []
    looked, last, more = 0, beyond, False
    among = _among(visit)
    for part in _parts(_numbers(visit, query, among, beyond, rising=rising)):
        for number, each in _of_part(visit, query, part):
            if each is not None and len(found) == PAGE:
                more = True
                break
            looked, last = looked + 1, number
            if each is not None:
                found.append(each)
        if more or looked >= LOOKED_AT:
            more = True
            break
    complete = _few(among) is not None
    if rising:
        oldest = found[0].case.number if found else None
        return Page(found[::-1], oldest, last if more else None, complete)
    newest = found[0].case.number if found else beyond
    return Page(found, last if more else None, newest if beyond is not None else None, complete)


def _parts(numbers: Iterator[int]) -> Iterator[list[int]]:
    while part := list(islice(numbers, _AT_ONCE)):
        yield part


def _numbers(visit: Visit, query: Query, among: Among | None, beyond: int | None, *, rising: bool) -> Iterator[int]:
    """Numbers of cases that may be found, each once, in order."""
    finding = visit.uow.finding
    since = query.since_moment(visit)
    first = finding.first_since(since) if since else 1
    if first is None:
        return

    def asked(number: int) -> bool:
        past = beyond is None or (number > beyond if rising else number < beyond)
        return past and number >= first

    few = _few(among)
    if few is not None:
        yield from sorted(filter(asked, few), reverse=not rising)
        return
    indexed = finding.candidates(query.wanted, among, beyond=beyond, first=first, rising=rising)
    waiting = sorted(filter(asked, finding.unindexed(_UNINDEXED)), reverse=not rising)
    before = None
    for number in merge((number for part in indexed for number in part), waiting, reverse=not rising):
        if number != before:
            yield number
        before = number


def _few(among: Among | None) -> Collection[int] | None:
    """All that the reader may read, where that is looked at one by one."""
    if among is None or among.facets or len(among.numbers) > FEW:
        return None
    return among.numbers


def _among(visit: Visit) -> Among | None:
    """The cases the reader may read, as the index knows them; None: all."""
    actor, grants = visit.actor, GRANTS[Permission.CASE_READ]
    scopes = {grants[role] for role in actor.roles if role in grants}
    if Scope.ANY in scopes:
        return None
    return Among(frozenset(_facets(actor, scopes)), visit.uow.finding.numbers_of(visit.person_id))


def _facets(actor: Actor, scopes: set[Scope]) -> Iterator[int]:
    if Scope.STATION in scopes and actor.staff is not None:
        yield from (facet(Facet.STATION, station) for station in actor.staff.station_ids)
    if Scope.ASSIGNED in scopes and actor.deputy is not None:
        yield facet(Facet.DEPUTY, actor.deputy.id)


def _of_part(visit: Visit, query: Query, numbers: Sequence[int]) -> Iterator[tuple[int, Found | None]]:
    """Each of these numbers, and what is found there; None where it is not what is wanted, or not theirs to read."""
    finding, since = visit.uow.finding, query.since_moment(visit)
    cases = {number: case for number, case in finding.cases(numbers).items() if query.fits(case, since)}
    words = finding.words(list(cases)) if query.phrases and cases else {}
    for number in numbers:
        case = cases.get(number)
        wanted = case is not None and (not query.phrases or query.wanted.found_in(words[number]) is not None)
        yield number, _found(visit, query, case) if case is not None and wanted else None


def _found(visit: Visit, query: Query, case: Case) -> Found | None:
    """The case, if it is theirs to read, and the words stand in what they may read of it."""
    try:
        casework.find(visit.uow, visit.actor, case.number, Permission.CASE_READ)
    except (NotFound, Refused):
        return None
    readable = readables.of(visit, case)
    hits = query.wanted.found_in(list(readable.said()))
    return None if hits is None else Found(case, hits[0] if hits else None, readable.opening)
