"""How a ballot looks on a phone: a page of options, the whole of it before it goes in, its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from liaisonbot import ballots, masking
from liaisonbot.ballots import Mark, Marks, Shape, Slip
from liaisonbot.outgoing import Button, Rows
from liaisonbot.polls import Poll
from liaisonbot.services import cards, receipt_codes
from liaisonbot.texts import Text

PAGE: Final = 8
"""Options on a page: what a phone shows with their buttons below them."""
LABEL: Final = 16
"""Characters of an option that a button shows on a phone; with a longer one the options stand in the text, too."""
IN_FULL: Final = 20
"""So many options stand whole where the ballot is looked through; of more, the beginnings."""


def button(key: str, data: str, **params: object) -> Button:
    return Button(Text.of(key, **params), data=data)


def opening(poll: Poll) -> Rows:
    """The button that opens the ballot in the private chat."""
    return ((button("button-ballot", f"ballot:{poll.number}:open"),),)


def offer(poll: Poll) -> Text:
    """In private, to somebody who may vote."""
    return Text.lines(
        Text.of("poll-invitation", question=poll.question),
        Text.of("poll-until", number=poll.number, at=poll.closes_at),
        _how(poll),
        Text.of("ballot-is-secret") if poll.secret else None,
    )


def _how(poll: Poll) -> Text:
    shape, rule = ballots.shape_of(poll), ballots.rule_of(poll)
    if shape is Shape.SEVERAL and poll.most is not None:
        return Text.of("ballot-most", n=poll.most)
    if shape is Shape.EACH and rule is not None and rule.limited:
        return Text.lines(Text.of("ballot-how-each", n=rule.places), Text.of("ballot-limited", n=rule.places))
    return Text.of(f"ballot-how-{shape}", n=rule.places if rule else 1)


# --- a page -----------------------------------------------------------------------------------------------------------


def page(slip: Slip) -> Text:
    """The options of one page, and what is marked so far."""
    poll, marks = slip.poll, slip.marks
    pages = _pages(poll)
    return Text.lines(
        Text.of("poll-invitation", question=poll.question),
        Text.of("poll-until", number=poll.number, at=poll.closes_at),
        _how(poll),
        Text.of("ballot-page", page=slip.page + 1, pages=pages) if pages > 1 else None,
        *(_line(poll, marks, index) for index in _on_page(slip) if _in_words(slip)),
        _so_far(poll, marks),
    )


def _pages(poll: Poll) -> int:
    return max(1, -(-len(poll.options) // PAGE))


def _on_page(slip: Slip) -> range:
    first = min(slip.page, _pages(slip.poll) - 1) * PAGE
    return range(first, min(first + PAGE, len(slip.poll.options)))


def _in_words(slip: Slip) -> bool:
    """Whether the text lists the options: their buttons have no room for them."""
    each = ballots.shape_of(slip.poll) is Shape.EACH
    return each or any(len(slip.poll.options[index]) > LABEL for index in _on_page(slip))


def _line(poll: Poll, marks: Marks, index: int) -> Text:
    key = f"ballot-line-{marks[index]:d}" if ballots.shape_of(poll) is Shape.EACH else "ballot-line"
    return Text.of(key, place=index + 1, option=poll.options[index])


def _so_far(poll: Poll, marks: Marks) -> Text | None:
    yes, no = len(ballots.chosen(marks)), len(ballots.chosen(marks, Mark.NO))
    if ballots.shape_of(poll) is Shape.EACH:
        return Text.of("ballot-so-far-each", yes=yes, no=no, none=len(marks) - yes - no)
    return Text.of("ballot-so-far", n=yes) if yes else None


def page_rows(slip: Slip) -> Rows:
    """A row for each option; below them the other pages, and the way on."""
    rows = _ROWS[ballots.shape_of(slip.poll)]
    here = replace(slip, page=min(slip.page, _pages(slip.poll) - 1))
    return (*(rows(here, index) for index in _on_page(here)), *_turns(here), _onward(here))


def _each_row(slip: Slip, index: int) -> Sequence[Button]:
    """Three thumbs wide: one press says it, whatever was there before; the number leads to the words above."""
    return [_each(slip, index, Mark.YES), _each(slip, index, Mark.NO), _each(slip, index, Mark.NONE)]


def _each(slip: Slip, index: int, mark: Mark) -> Button:
    on = slip.marks[index] is mark
    marks = slip.marks if on else (*slip.marks[:index], mark, *slip.marks[index + 1 :])
    state = f"{mark:d}-on" if on else f"{mark:d}"
    return button(f"ballot-mark-{state}", replace(slip, marks=marks).data("page"), place=index + 1)


def _option_row(slip: Slip, index: int) -> Sequence[Button]:
    poll = slip.poll
    after = replace(slip, marks=ballots.marked(poll, slip.marks, index, Mark.YES))
    one = ballots.shape_of(poll) is Shape.ONE
    on = "on" if slip.marks[index] is Mark.YES else "off"
    label = masking.shorten(poll.options[index], LABEL + 4)
    data = after.data("look" if one and on == "off" else "page")
    return [button(f"ballot-choice-{on}", data, place=index + 1, option=label)]


_ROWS: Final = {
    Shape.ONE: _option_row,
    Shape.SEVERAL: _option_row,
    Shape.PICK: _option_row,
    Shape.EACH: _each_row,
}


def _turns(slip: Slip) -> Rows:
    found = []
    if slip.page > 0:
        found.append(button("button-previous", replace(slip, page=slip.page - 1).data("page")))
    if slip.page + 1 < _pages(slip.poll):
        found.append(button("button-next", replace(slip, page=slip.page + 1).data("page")))
    return (tuple(found),) if found else ()


def _onward(slip: Slip) -> Sequence[Button]:
    return (button("button-ballot-look", slip.data("look")), button("button-cancel", slip.data("drop")))


# --- the whole of it --------------------------------------------------------------------------------------------------


def look(slip: Slip) -> Text:
    """The whole ballot once more, before it goes in."""
    poll, marks = slip.poll, slip.marks
    return Text.lines(
        Text.of("ballot-look-change" if slip.receipt else "ballot-look", number=poll.number, question=poll.question),
        *whole(poll, marks),
        _why_spoiled(poll, marks),
        Text.of("ballot-is-secret") if poll.secret else Text.of("poll-seen-private"),
    )


def whole(poll: Poll, marks: Marks) -> list[Text]:
    """What is marked on it, by the marks."""
    if ballots.shape_of(poll) is not Shape.EACH:
        picked = ballots.chosen(marks)
        return [Text.of("ballot-picked", n=len(picked)), *_listed(poll, picked)] if picked else [_nothing(poll)]
    lines = []
    for mark in (Mark.YES, Mark.NO, Mark.NONE):
        found = ballots.chosen(marks, mark)
        if found:
            lines += [Text.of(f"ballot-those-{mark:d}", n=len(found)), *_listed(poll, found)]
    return lines


def _nothing(poll: Poll) -> Text:
    return Text.of("ballot-nothing-picked" if ballots.rule_of(poll) else "ballot-takes-back")


def _listed(poll: Poll, places: Sequence[int]) -> list[Text]:
    room = 300 if len(poll.options) <= IN_FULL else 40
    return [
        Text.of("ballot-line", place=index + 1, option=masking.shorten(poll.options[index], room)) for index in places
    ]


def _why_spoiled(poll: Poll, marks: Marks) -> Text | None:
    rule = ballots.rule_of(poll)
    if rule is None or not ballots.spoiled(poll, marks):
        return None
    return Text.of("ballot-spoiled-because", n=len(ballots.chosen(marks)), places=Text.counted("places", rule.places))


def look_rows(slip: Slip) -> Rows:
    return (
        (button("button-confirm", slip.data("cast")), button("button-cancel", slip.data("drop"))),
        (button("button-ballot-back", slip.data("page")),),
    )


# --- afterwards -------------------------------------------------------------------------------------------------------


def receipt(poll: Poll, code: str, *, changed: bool) -> Text:
    """The code, and what it is for."""
    return Text.lines(
        Text.of("ballot-changed" if changed else "ballot-in", number=poll.number, question=poll.question),
        Text.of("ballot-receipt", code=receipt_codes.written(code)),
        Text.of("ballot-receipt-for", number=poll.number, code=receipt_codes.written(code), at=poll.closes_at),
    )


def receipt_rows(poll: Poll, code: str) -> Rows:
    return ((button("button-ballot-change", f"ballot:{poll.number}:edit:{code}"),),)


def noted(poll: Poll, marks: Marks) -> Text:
    """An open answer stands now, or was taken back."""
    return Text.lines(
        Text.of("ballot-noted", number=poll.number, question=poll.question),
        *(whole(poll, marks) if ballots.chosen(marks) else [Text.of("ballot-taken-back")]),
        Text.of("ballot-until-changed", at=poll.closes_at),
    )


def noted_rows(poll: Poll) -> Rows:
    return ((button("button-ballot-change", f"ballot:{poll.number}:open"),),)


def counted(poll: Poll, code: str, marks: Marks) -> Text:
    """After the end, to whoever has the code: what was counted for it."""
    return Text.lines(
        Text.of("ballot-counted", number=poll.number, question=poll.question, code=receipt_codes.written(code)),
        *whole(poll, marks),
        Text.of("ballot-was-spoiled") if ballots.spoiled(poll, marks) else Text.of("ballot-was-valid"),
    )


def list_line(poll: Poll, *, voted: bool) -> Text:
    key = "list-ballot-voted" if voted else "list-ballot"
    return Text.of(key, number=poll.number, question=masking.shorten(poll.question, 80), at=poll.closes_at)


def list_rows(polls: Sequence[Poll]) -> Rows:
    return cards.in_pairs(
        [button("choice-ballot", f"ballot:{poll.number}:open", number=poll.number) for poll in polls], 2
    )
