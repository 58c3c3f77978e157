"""What a case is about: category, kind and tags are proposed from its words, and changed here, by a button or by
``/sort``. Each change goes through the one door, so that the journal keeps it and every card shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from liaisonbot import categories, masking, workflow
from liaisonbot.desk import Desk
from liaisonbot.errors import Refused
from liaisonbot.model import Actor, Case, JournalEntry
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission, may_for_case
from liaisonbot.ports import UnitOfWork
from liaisonbot.services import cards, casework, paging
from liaisonbot.services.doing import Answers, confirm, number_in
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.workflow import Event

PAGE: Final = 10
"""Categories on a page: with their buttons in pairs they fit a phone's screen."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three things that are sorted: how it is read from a line, and what a case becomes by it."""

    named: Callable[[str], categories.Entry | None]
    table: Mapping[str, Any]
    becomes: Callable[[Case, str], Any]
    """What stands in the case's column of that name once the entry was chosen."""


def _toggled(case: Case, tag: str) -> tuple[str, ...]:
    return categories.in_order({*case.tags} ^ {tag})


PARTS: Final[Mapping[str, Part]] = {
    "category": Part(categories.by_name, categories.CATEGORIES, lambda case, key: key),
    "kind": Part(categories.kind_by_name, categories.KINDS, lambda case, key: key),
    "tags": Part(categories.tag_by_name, categories.TAGS, _toggled),
}
"""By the column it changes. A name that stands in two of them means the first."""


def sort(uow: UnitOfWork, desk: Desk, actor: Actor, number: int, changes: Mapping[str, Any]) -> Case:
    """Let the case have these category, kind and tags; what it has already is no change, and not journalled."""
    case = possible(uow, desk, actor, number)
    news = {what: value for what, value in changes.items() if getattr(case, what) != value}
    if not news:
        return case
    details = {what: [_plain(getattr(case, what)), _plain(value)] for what, value in news.items()}
    return casework.advance(uow, desk, actor, number, Event.SORTED, changes=news, details=details)


def by_words(uow: UnitOfWork, desk: Desk, actor: Actor, case: Case) -> Case:
    """Sort a case whose words came after it was opened, by them; what somebody chose meanwhile stays."""
    may = may_for_case(actor, Permission.CASE_SORT, case, uow.cases.author_ids(case.number))
    if not may or workflow.applies(case, Event.SORTED) is None:
        return case
    unsorted, proposal = categories.propose(""), categories.propose(case.text or "")
    news = {what: getattr(proposal, what) for what in PARTS if getattr(case, what) == getattr(unsorted, what)}
    return sort(uow, desk, actor, case.number, news)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def possible(uow: UnitOfWork, desk: Desk, actor: Actor, number: int) -> Case:
    """The case, if the actor can sort it now; else they are told why not."""
    case = casework.find(uow, actor, number, Permission.CASE_SORT)
    if workflow.applies(case, Event.SORTED) is None:
        raise casework.not_from_here(uow, desk, actor, case)
    return case


def changed(entry: JournalEntry) -> Text:
    """What a journal entry of sorting says, for a timeline."""
    return cards.listed(
        [Text.of("sorted-from-to", old=_names(what, old), new=_names(what, new)) for what, old, new in _steps(entry)]
        or [Text.of("sorted-nothing")]
    )


def _steps(entry: JournalEntry) -> list[tuple[str, Any, Any]]:
    return [(what, *entry.details[what]) for what in PARTS if what in entry.details]


def _names(what: str, value: str | Sequence[str]) -> Text:
    """The name of a category or a kind, or those of tags."""
    if what == "category":
        return Text.of(f"category-{value}")
    if what == "kind":
        return Text.of(f"kind-{value}")
    return cards.listed([Text.of(f"tag-{tag}") for tag in value] or [Text.of("no-tags")])


def private_hint(case: Case) -> Text | None:
    """In a group: what is said of people in office belongs into the private chat. None where nothing of it is."""
    return Text.of("sort-in-private") if any(map(categories.is_private, case.tags)) else None


# --- by a line --------------------------------------------------------------------------------------------------------


def read(rest: str) -> list[str] | None:
    """``part:key`` for each name that stands in the line, in either language; None for an empty line.

    Names are separated by blanks or commas; of names that begin alike the longest counts. Refused where something is
    no name.
    """
    words = [word for word in re.split(r"[\s,，、;；]+", rest) if word]
    found: list[str] = []
    while words:
        count, name = _longest(words)
        found.append(name)
        del words[:count]
    return found or None


def _longest(words: Sequence[str]) -> tuple[int, str]:
    for count in range(min(len(words), 6), 0, -1):
        typed = " ".join(words[:count])
        for what, part in PARTS.items():
            entry = part.named(typed)
            if entry is not None:
                return count, f"{what}:{entry.key}"
    raise Refused("sort-unknown", typed=masking.shorten(words[0], 40))


def _sort(visit: Visit, answers: Answers) -> None:
    """``/sort N NAMES`` does it; ``/sort N`` and the button show what can be changed."""
    names = answers.get("sorting")
    case = possible(visit.uow, visit.desk, visit.actor, answers["case"])
    if not names:
        visit.toast()
        visit.say(_question(case), rows=_parts(case), case=case.number)
        return
    wanted = case
    for what, _, key in (name.partition(":") for name in names):
        wanted = replace(wanted, **{what: PARTS[what].becomes(wanted, key)})
    changes = {what: getattr(wanted, what) for what in PARTS}
    after = sort(visit.uow, visit.desk, visit.actor, case.number, changes)
    confirm(visit, after, "done-sorted", category=cards.category(after), kind=Text.of(f"kind-{after.kind}"))


# --- by buttons -------------------------------------------------------------------------------------------------------


def _question(case: Case) -> Text:
    asked = Text.of("ask-sort", case=case.number, about=cards.excerpt(case, 60))
    return Text.lines(asked, cards.head(case), cards.tags_line(case))


def _parts(case: Case) -> Rows:
    """The three things that can be changed."""
    return tuple((Button(Text.of(f"button-sort-{what}"), data=f"sort:{case.number}:{what}:0"),) for what in PARTS)


def _choose(visit: Visit, rest: Sequence[str]) -> None:
    """``sort:N`` asks what to change; ``sort:N:part:offset`` shows what it can become."""
    case = _case(visit, rest)
    visit.toast()
    match rest[1:]:
        case []:
            visit.show(_question(case), rows=_parts(case))
        case [what, offset] if what in PARTS:
            _show_choices(visit, case, what, number_in(offset))
        case _:
            raise Refused("old-button")


def _show_choices(visit: Visit, case: Case, what: str, offset: int = 0) -> None:
    groups = [Text.of(f"tag-group-{group}") for group in categories.TAG_GROUPS] if what == "tags" else []
    text = Text.lines(Text.of(f"ask-sort-{what}", case=case.number), *groups)
    visit.show(text, rows=(*_choices(case, what, offset), (_back(case),)))


def _choices(case: Case, what: str, offset: int) -> Rows:
    """One button for each, with a mark at those the case has; tags in a row for each group."""
    if what == "tags":
        return tuple(
            tuple(_choice(case, what, tag.key) for tag in categories.TAGS.values() if tag.group == group)
            for group in categories.TAG_GROUPS
        )
    keys = list(PARTS[what].table)
    rows = cards.in_pairs([_choice(case, what, key) for key in keys[offset : offset + PAGE]])
    return (*rows, *paging.turns(f"sort:{case.number}:{what}", offset, PAGE, len(keys)))


def _choice(case: Case, what: str, key: str) -> Button:
    held = getattr(case, what)
    chosen = key in held if isinstance(held, tuple) else key == held
    name = _names(what, (key,) if what == "tags" else key)
    label = Text.of("choice-chosen" if chosen else "choice-plain", name=name)
    return Button(label, data=f"sorted:{case.number}:{what}:{key}")


def _back(case: Case) -> Button:
    return Button(Text.of("button-back"), data=f"sort:{case.number}")


def _chosen(visit: Visit, rest: Sequence[str]) -> None:
    """``sorted:N:part:key``: it is done at once. Tags stay open, since a case can have several."""
    case = _case(visit, rest)
    match rest[1:]:
        case [what, key] if what in PARTS and key in PARTS[what].table:
            changes = {what: PARTS[what].becomes(case, key)}
        case _:
            raise Refused("old-button")
    after = sort(visit.uow, visit.desk, visit.actor, case.number, changes)
    visit.toast(Text.of("toast-sorted"))
    if what == "tags":
        _show_choices(visit, after, what)
    else:
        visit.show(_question(after), rows=_parts(after))


def _case(visit: Visit, rest: Sequence[str]) -> Case:
    if not rest:
        raise Refused("old-button")
    if not visit.place.private:
        raise Refused("private-please")
    return possible(visit.uow, visit.desk, visit.actor, number_in(rest[0]))


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"sort": _sort}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {"sort": _choose, "sorted": _chosen}
