"""A deputy's own reply templates: saved after a reply, listed, used, renamed, removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from liaisonbot import masking
from liaisonbot.errors import NotFound, Refused
from liaisonbot.model import OwnTemplate
from liaisonbot.outgoing import Button, Rows
from liaisonbot.permissions import Permission
from liaisonbot.services import casework, corrections, drafts, guided, paging
from liaisonbot.services.doing import Answers
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import ReplyClass

MOST: Final = 30
"""Templates one deputy can keep: as many as can be looked through."""
NAME_LENGTH: Final = 16
"""Characters of the words that become the name, until the deputy gives another."""
PAGE: Final = 8


def _deputy(visit: Visit) -> int:
    deputy = visit.actor.deputy
    if deputy is None:
        raise NotFound("unknown-command")
    return deputy.id


def _own(visit: Visit, template_id: int) -> OwnTemplate:
    template = visit.uow.reply_templates.get(_deputy(visit), template_id)
    if template is None:
        raise Refused("template-gone")
    return template


def save(visit: Visit, number: int) -> OwnTemplate:
    """Keep the newest reply of the case as a template. Numbers by which somebody could be found are masked in it."""
    case = casework.find(visit.uow, visit.actor, number, Permission.CASE_ANSWER)
    reply = corrections.newest_reply(visit.uow, number)
    if reply is None or not reply.text:
        raise Refused("nothing-to-save", case=number)
    kept = visit.uow.reply_templates.of(_deputy(visit))
    words = masking.mask(drafts.without_plan(reply.text))
    if any(one.text == words for one in kept):
        raise Refused("template-known")
    if len(kept) >= MOST:
        raise Refused("templates-full", n=MOST)
    return visit.uow.reply_templates.add(
        _deputy(visit),
        name=masking.shorten(" ".join(words.split()), NAME_LENGTH),
        reply_class=case.reply_class or ReplyClass.A,
        category=case.category,
        text=words,
        case=number,
        now=visit.desk.now,
    )


def show_all(visit: Visit, offset: int = 0) -> None:
    """The list, a page at a time; each has a button that opens it."""
    kept = visit.uow.reply_templates.of(_deputy(visit))
    visit.toast()
    if not kept:
        visit.show(Text.of("no-templates"))
        return
    page = kept[offset : offset + PAGE]
    lines = [Text.of("list-template", number=one.id, reply_class=one.reply_class.value, name=one.name) for one in page]
    rows = tuple((Button(Text.of("choice-own-template", name=one.name), data=f"template:{one.id}"),) for one in page)
    text = Text.lines(Text.of("templates-head", n=len(kept), most=MOST), *lines)
    visit.show(text, rows=(*rows, *_turning(offset, len(kept))))


def _turning(offset: int, total: int) -> Rows:
    return paging.turns("templates", offset, PAGE, total)


def show_one(visit: Visit, template: OwnTemplate) -> None:
    """Its words, and what can be done with it."""
    text = Text.of(
        "template-head",
        number=template.id,
        name=template.name,
        reply_class=Text.of(f"class-{template.reply_class}"),
        category=Text.of(f"category-{template.category}"),
    )
    rows: Rows = (
        (Button(Text.of("button-use-template"), data=f"usetemplate:{template.id}"),),
        (
            Button(Text.of("button-rename"), data=f"nametemplate:{template.id}"),
            Button(Text.of("button-delete"), data=f"droptemplate:{template.id}"),
        ),
        (Button(Text.of("button-all-templates"), data="templates:0"),),
    )
    visit.show(text, rows=rows, body=template.text)


# --- the command, and the buttons
# ---------------------------------------------------------------------------------------


def _templates(visit: Visit, answers: Answers) -> None:
    if "template" not in answers:
        show_all(visit)
        return
    template = _own(visit, answers["template"])
    name = " ".join(str(answers.get("name", "")).split())
    if not name:
        show_one(visit, template)
        return
    visit.uow.reply_templates.rename(_deputy(visit), template.id, name)
    visit.toast()
    show_one(visit, _own(visit, template.id))


def _save(visit: Visit, rest: Sequence[str]) -> None:
    template = save(visit, _id(rest))
    visit.toast()
    rows: Rows = (
        (
            Button(Text.of("button-rename"), data=f"nametemplate:{template.id}"),
            Button(Text.of("button-all-templates"), data="templates:0"),
        ),
    )
    visit.say(Text.of("template-saved", name=template.name), rows=rows)


def _list(visit: Visit, rest: Sequence[str]) -> None:
    show_all(visit, _id(rest))


def _show(visit: Visit, rest: Sequence[str]) -> None:
    template = _own(visit, _id(rest))
    visit.toast()
    show_one(visit, template)


def _use(visit: Visit, rest: Sequence[str]) -> None:
    """Begin a reply with it: only the case, and what class B needs, is asked for."""
    template = _own(visit, _id(rest))
    given = {"reply_class": template.reply_class.value, drafts.TEMPLATE: f"own:{template.id}"}
    guided.begin(visit, "reply", given)


def _name(visit: Visit, rest: Sequence[str]) -> None:
    template = _own(visit, _id(rest))
    guided.begin(visit, "templates", {"template": template.id})


def _drop(visit: Visit, rest: Sequence[str]) -> None:
    """Asked once more before it is done."""
    template = _own(visit, _id(rest[:1]))
    if rest[1:] != ["yes"]:
        visit.toast()
        sure = Button(Text.of("button-confirm"), data=f"droptemplate:{template.id}:yes")
        back = Button(Text.of("button-cancel"), data=f"template:{template.id}")
        visit.show(Text.of("ask-delete-template", name=template.name), rows=((sure, back),), body=template.text)
        return
    visit.uow.reply_templates.remove(_deputy(visit), template.id)
    visit.toast(Text.of("template-deleted", name=template.name))
    visit.show(
        Text.of("template-deleted", name=template.name),
        rows=((Button(Text.of("button-all-templates"), data="templates:0"),),),
    )


def _id(rest: Sequence[str]) -> int:
    if len(rest) != 1 or not (rest[0].isascii() and rest[0].isdecimal()) or len(rest[0]) > 15:
        raise Refused("old-button")
    return int(rest[0])


PERFORM: Final[Mapping[str, Callable[[Visit, Answers], None]]] = {"templates": _templates}
VERBS: Final[Mapping[str, Callable[[Visit, Sequence[str]], None]]] = {
    "savetemplate": _save,
    "templates": _list,
    "template": _show,
    "usetemplate": _use,
    "nametemplate": _name,
    "droptemplate": _drop,
}
