"""Guided commands: one question at a time, with buttons, kept in the database so that a restart changes nothing.

A dialogue collects what the command table says a command needs, then does what the one-line command does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from liaisonbot import as_json
from liaisonbot.commands import BY_NAME, Argument, Command, Kind
from liaisonbot.errors import Doubtful, Refused
from liaisonbot.incoming import IncomingMessage
from liaisonbot.model import Dialogue
from liaisonbot.nothing import is_cancel, is_nothing
from liaisonbot.outgoing import Rows
from liaisonbot.services import arguments, cards, conversation, counter, dialogue_files, dialogue_trail, drafts
from liaisonbot.services.doing import FILES
from liaisonbot.services.visit import Visit
from liaisonbot.texts import Text
from liaisonbot.vocabulary import Role

OPEN_FOR: Final = timedelta(hours=24)
"""How long a question waits for its answer."""
OPEN_FOR_CONSTITUENTS: Final = timedelta(hours=1)
"""Theirs wait less long: what they write later is more likely something new, and must become a case."""

PRESSED_AGAIN: Final = timedelta(minutes=1)
"""Who presses a button again so soon means nothing by it; later the question may stand far above."""

_CASES: Final = arguments.CASES | {Kind.CASE_INTO, Kind.MERGED_CASE}
"""Only those that would be accepted are offered; where there are none, nothing is asked."""
_NO_CASE: Final[Mapping[Kind, str]] = {Kind.CASE_OR_CODE: "no-case-but-a-code", Kind.CASE_INTO: "no-case-into"}
"""What is said then, where it is not the usual."""
WORDS: Final = "text"
"""The argument that holds the words which go to others; files go along with these only."""
_OPEN_SHORTLY: Final[Mapping[str, timedelta]] = {"explain": timedelta(minutes=10)}
"""Nobody has to answer these: what is written later is about something else."""


def begin_anew(visit: Visit, command: Command, answers: Mapping[str, Any]) -> None:
    """By a button: in the place of any question that waits here. Pressed twice, it asks once."""
    begin(visit, command, answers, guided=True, anew=True)


def begin(visit: Visit, command: Command, answers: Mapping[str, Any], *, guided: bool, anew: bool = False) -> None:
    """Carry the command out, or ask for the first thing it still needs. ``anew``: see :func:`begin_anew`."""
    answers = _of_the_whole(visit, command, answers)
    doubt: arguments.Doubt | None = answers.pop(arguments.DOUBT, None)
    answers = {**counter.stands(visit, command, answers), **answers}
    unfinished = None if doubt else _with_a_blank(visit, command, answers)
    if unfinished is not None:
        _finish(visit, command, *unfinished)
        return
    wanted = _doubted(command, doubt) or arguments.missing(command, answers, guided=guided)
    if wanted is None:
        _leave(visit, anew=anew)
        counter.carry_out(visit, command, answers)
        return
    _check_case(visit, command, answers)
    counter.check_here(visit, command)
    offered = _offered(visit, command, wanted, answers)
    if wanted.guided and wanted.kind in arguments.STATIONS and len(offered) == 1:
        station = visit.uow.stations.by_code(offered[0][1])
        begin(visit, command, {**answers, wanted.name: station.id if station else None}, guided=guided, anew=anew)
        return
    if wanted.kind in _CASES and not offered:
        _leave(visit, anew=anew)
        visit.done(_no_case(command, wanted, answers))
        return
    answers |= dialogue_files.at_hand(visit, command, answers) | _said_at_hand(visit, answers)
    if anew and _just_asked(visit, command, answers, wanted):
        visit.toast(Text.of("asked-already"))
        return
    dialogue = visit.uow.dialogues.start(
        visit.place.chat_id, visit.person_id, command.name, answers, wanted.name, _expiry(visit, command)
    )
    visit.toast()
    if doubt is not None:
        question = Text.lines(doubt.why, Text(wanted.ask, _blanks(visit, answers)))
        _ask(visit, dialogue, command, wanted, arguments.instead(visit, doubt.why) or offered, question=question)
        return
    _ask(visit, dialogue, command, wanted, offered)


def _leave(visit: Visit, *, anew: bool) -> None:
    if anew:
        visit.uow.dialogues.end(visit.place.chat_id, visit.person_id)


def _just_asked(visit: Visit, command: Command, answers: Mapping[str, Any], wanted: Argument) -> bool:
    """Whether the same question about the same thing waits here since a moment ago, and nothing was answered yet."""
    waiting = current(visit)
    if waiting is None or (waiting.command, waiting.asking) != (command.name, wanted.name):
        return False
    recent = _expiry(visit, command) - waiting.expires_at < PRESSED_AGAIN
    return recent and as_json.read(as_json.text(answers)) == waiting.answers


def _of_the_whole(visit: Visit, command: Command, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the author of a case that became part of another one wants is done to that one: the number of their own is
    the one they know, on an old button as in a line.
    """
    number = answers.get("case")
    if not isinstance(number, int) or command.name in _OF_THE_PART:
        return dict(answers)
    if visit.person_id not in visit.uow.cases.author_ids(number):
        return dict(answers)
    return {**answers, "case": visit.uow.merges.target(number)}


_OF_THE_PART: Final = frozenset({"case", "split", "merge"})
"""These are about the case that was merged itself."""


def _with_a_blank(
    visit: Visit, command: Command, answers: dict[str, Any]
) -> tuple[Argument, dict[str, Any], drafts.Question] | None:
    """The argument whose words still hold an open blank of a template, as somebody may send them who copied it."""
    for argument in command.arguments:
        if argument.offers == drafts.TEMPLATES and argument.name in answers:
            without = {name: value for name, value in answers.items() if name != argument.name}
            step = drafts.unfinished(visit, without, answers[argument.name])
            return (argument, without, step) if step is not None else None
    return None


def _finish(visit: Visit, command: Command, argument: Argument, answers: dict[str, Any], step: drafts.Question) -> None:
    """Ask for what is open in the words, then show them before they go."""
    _check_case(visit, command, answers)
    answers = step.answers | dialogue_files.at_hand(visit, command, {**answers, argument.name: step.body})
    dialogue = visit.uow.dialogues.start(
        visit.place.chat_id, visit.person_id, command.name, answers, argument.name, _expiry(visit, command)
    )
    visit.toast()
    _ask(visit, dialogue, command, argument, step.choices, question=step.text, body=step.body)


def _doubted(command: Command, doubt: arguments.Doubt | None) -> Argument | None:
    """What a line said so that it cannot be read is asked for first."""
    return next((argument for argument in command.arguments if doubt and argument.name == doubt.argument), None)


def tell_of_files_left_out(visit: Visit, command: Command, answers: Mapping[str, Any]) -> None:
    """Whoever gives a command as the caption of a picture that it has no use for does not believe it went along."""
    if visit.message is None or not visit.message.attachments:
        return
    if not any(argument.takes_files or argument.kind is Kind.FILES for argument in command.arguments):
        dialogue_files.leave_album_out(visit.uow, visit.desk, visit.message)
    words = next((argument for argument in command.arguments if argument.name == WORDS), None)
    if words is not None and not words.takes_files and answers.get(WORDS):
        visit.say(Text.of("files-left-out"))


def _said_at_hand(visit: Visit, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Where the words stand that came with the command: edited there, they are corrected everywhere."""
    message = visit.message
    if message is None or message.command is None or not answers.get(WORDS):
        return {}
    return {drafts.SAID: [message.place.chat_id, message.message_id]}


def _offered(visit: Visit, command: Command, wanted: Argument, answers: Mapping[str, Any]) -> list[arguments.Choice]:
    if wanted.offers is not None:
        return drafts.offered(visit, wanted, answers)
    choices = arguments.choices(visit, command, wanted, answers)
    if wanted.kind not in _CASES:
        return choices
    accepted = (choice for choice in choices if _possible(visit, command, {**answers, wanted.name: int(choice[1])}))
    return list(islice(accepted, arguments.CASES_OFFERED))


def _no_case(command: Command, wanted: Argument, answers: Mapping[str, Any]) -> Text:
    return Text.of(_NO_CASE.get(wanted.kind, "no-case-for"), command=command.name, case=answers.get("case", ""))


def _possible(visit: Visit, command: Command, answers: Mapping[str, Any]) -> bool:
    """Whether these answers would not be refused at once."""
    try:
        _check_case(visit, command, _of_the_whole(visit, command, answers))
    except Refused:
        return False
    return True


def _check_case(visit: Visit, command: Command, answers: Mapping[str, Any]) -> None:
    """Refuse at once what would be refused at the end: nobody types a long answer for nothing."""
    if "case" in answers and command.needs is not None:
        counter.check_possible(visit, command, answers)


def _expiry(visit: Visit, command: Command) -> datetime:
    usual = OPEN_FOR if visit.actor.works_here else OPEN_FOR_CONSTITUENTS
    return visit.desk.now + _OPEN_SHORTLY.get(command.name, usual)


def _ask(
    visit: Visit,
    dialogue: Dialogue,
    command: Command,
    wanted: Argument,
    offered: list[arguments.Choice],
    *,
    question: Text | None = None,
    body: str | None = None,
    page: arguments.Page | None = None,
    aside: bool = False,
    in_place: bool = False,
) -> None:
    """Put the question; ``question`` and ``body`` say it in other words than the table does.

    ``page``: other choices than its first ones. ``aside``: from there one comes back to the question itself.
    ``in_place``: in private it stands where the button was.
    """
    typed = wanted.kind in (*arguments.FREE, Kind.INVITED_NAME)
    preview = counter.PREVIEW.get(command.name) if wanted.kind is Kind.CONFIRM else None
    words = _preview(wanted, dialogue.answers)
    if preview is not None and question is None:
        question, body = preview(visit, dialogue.answers)
        words = None  # the preview says which words stand below it
    above: Rows = ()
    before = counter.BEFORE_WORDS.get(command.name) if wanted.name == WORDS and visit.place.private else None
    if before is not None and question is None:
        question, above = before(visit, dialogue.answers)
    page = page or _first_page(visit, wanted, dialogue.answers)
    if page is not None and page.question is not None:
        question = page.question
    say = visit.show if in_place and visit.place.private else visit.say
    also = _ways(dialogue.answers, wanted, aside=aside)
    say(
        question or _question(visit, wanted, dialogue.answers, choices=bool(offered or page)),
        rows=() if typed and not visit.place.private else (*above, *_rows(dialogue, wanted, offered, page, also)),
        body=body or words,
        force_reply=typed and not visit.place.private,
        prompt_for=dialogue.id,
    )


def _first_page(visit: Visit, wanted: Argument, answers: Mapping[str, Any]) -> arguments.Page | None:
    turn = arguments.PAGES.get(wanted.kind)
    return turn(visit, answers, "") if turn else None


def _ways(answers: Mapping[str, Any], wanted: Argument, *, aside: bool) -> list[arguments.Choice]:
    """The ways out of a question beside Cancel: back, and on without an answer."""
    ways = [(Text.of("button-step-back"), arguments.SAME if aside else arguments.BACK)]
    if wanted.may_be_empty and not aside:
        label = "button-clear" if arguments.filled(wanted, answers) else "button-skip"
        ways.append((Text.of(label), arguments.SKIP))
    return ways if aside or dialogue_trail.leads_back(answers) else ways[1:]


def _rows(
    dialogue: Dialogue,
    wanted: Argument,
    offered: list[arguments.Choice],
    page: arguments.Page | None,
    also: list[arguments.Choice],
) -> Rows:
    if page is not None:
        return arguments.grid(dialogue.id, page.lines, also=also)
    wide = wanted.kind in arguments.WIDE or wanted.offers is not None
    return arguments.rows(dialogue.id, offered, wide=wide, also=also)


def _question(visit: Visit, wanted: Argument, answers: Mapping[str, Any], *, choices: bool) -> Text:
    """As the table has it; where all is confirmed, with what goes along that the words do not show."""
    ask = wanted.ask if choices or wanted.ask_unoffered is None else wanted.ask_unoffered
    files = answers.get(FILES) if wanted.kind is Kind.CONFIRM else None
    along = Text.of("preview-files", n=len(files["ids"])) if files else None
    return Text.lines(along, Text(ask, _blanks(visit, answers)))


def _blanks(visit: Visit, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a question may mention: the case, the class, the date."""
    case = visit.uow.cases.get(answers["case"]) if "case" in answers else None
    reply_class = answers.get("reply_class")
    return {
        "case": answers.get("case", ""),
        "about": cards.excerpt(case, 60) if case else "",
        "into": answers.get("into", visit.uow.merges.into(case.number) if case else "") or "",
        "deputy": cards.deputy_name(visit.uow, case) if case else "",
        "class": Text.of(f"class-{reply_class}") if reply_class else "",
        "date": answers.get("date", ""),
        "channel": Text.of(f"guard-say-{case.guard}") if case and case.guard else "",
    }


def _preview(wanted: Argument, answers: Mapping[str, Any]) -> str | None:
    """Before something goes out, the words are shown once more."""
    text = answers.get("text")
    return text if wanted.kind is Kind.CONFIRM and isinstance(text, str) else None


def current(visit: Visit) -> Dialogue | None:
    return visit.uow.dialogues.current(visit.place.chat_id, visit.person_id, visit.desk.now)


def hears(visit: Visit, dialogue: Dialogue, message: IncomingMessage) -> bool:
    """In private every message answers; in a group only one that answers the question's own message."""
    if visit.place.private:
        return True
    return message.quoted is not None and message.quoted.message_id == dialogue.prompt_id


def answer(visit: Visit, dialogue: Dialogue, message: IncomingMessage) -> None:
    """Words, or a picture, in answer to the question."""
    command, wanted = _wanted(dialogue)
    answers = dict(dialogue.answers)
    if _lapsed(visit, command, answers):
        return
    if dialogue_files.is_further_part(answers, message):
        answers[FILES]["ids"].append(message.message_id)
        answers[FILES]["attachments"] += [asdict(attachment) for attachment in message.attachments]
        visit.uow.dialogues.advance(dialogue, answers, dialogue.asking, _expiry(visit, command))
        return
    typed = (message.text or "").strip()
    if is_cancel(typed) and not message.attachments:  # whoever types what stands on the button means it
        cancel(visit)
        return
    if wanted.kind is Kind.CONFIRM and message.attachments and command.keeps_files:
        wanted = next(argument for argument in command.arguments if argument.kind is Kind.FILES)
    if wanted.takes and any(attachment.kind not in wanted.takes for attachment in message.attachments):
        raise Refused("need-photo-or-voice")
    if Role.CONSTITUENT not in command.roles:
        conversation.require_no_account(message)
    if message.attachments and wanted.kind in arguments.FREE and not wanted.takes_files:
        if not typed:
            raise Refused("words-only")
        dialogue_files.leave_album_out(visit.uow, visit.desk, message)
        visit.say(Text.of("files-left-out"))
    elif message.attachments and (wanted.name == WORDS or wanted.kind is Kind.FILES):
        answers[FILES] = dialogue_files.with_former(command, answers.get(FILES), dialogue_files.kept(message))
        if wanted.kind is Kind.FILES:
            said = "\n".join(words for words in (answers.get(WORDS), typed) if words)
            _go_on(visit, dialogue, command, {**answers, WORDS: said, wanted.name: ""})
            return
        if not typed and not wanted.media:
            visit.uow.dialogues.advance(dialogue, answers, dialogue.asking, _expiry(visit, command))
            visit.say(Text.of("file-noted"))
            return
    if not typed and not (wanted.media and message.attachments):
        raise Refused("need-words" if wanted.kind in arguments.FREE else "need-choice")
    if wanted.may_be_empty and is_nothing(typed):
        _leave_empty(visit, dialogue, command, wanted, answers)
        return
    if wanted.kind is Kind.FILES:
        raise Refused("need-photo-or-voice")
    if wanted.name == WORDS:
        answers[drafts.SAID] = [message.place.chat_id, message.message_id]
    if wanted.offers is not None:
        _follow(visit, dialogue, command, wanted, answers, drafts.typed(visit, wanted, answers, typed))
        return
    _take(visit, dialogue, command, wanted, answers, typed)


def _lapsed(visit: Visit, command: Command, answers: Mapping[str, Any]) -> bool:
    """Whether it cannot be done any more: a role has ended, the case is somebody else's or has moved on. Then the
    dialogue is over, and says so; whoever goes on typing must not be held by a question that no answer ends.
    """
    why = _why_not(visit, command, answers)
    if why is not None:
        visit.uow.dialogues.end(visit.place.chat_id, visit.person_id)
        visit.toast()
        visit.say(Text.lines(Text(why.key, why.params), Text.of("dialogue-lapsed")))
    return why is not None


def _why_not(visit: Visit, command: Command, answers: Mapping[str, Any]) -> Refused | None:
    if not command.is_for(visit.actor.roles):
        return Refused("not-your-command", command=command.name)
    try:
        _check_case(visit, command, answers)
    except Refused as refused:
        return refused
    return None


def _leave_empty(visit: Visit, dialogue: Dialogue, command: Command, wanted: Argument, answers: dict[str, Any]) -> None:
    if wanted.kind is Kind.FILES:
        answers.pop(FILES, None)
    _go_on(visit, dialogue, command, {**answers, wanted.name: ""})


def _follow(
    visit: Visit, dialogue: Dialogue, command: Command, wanted: Argument, answers: dict[str, Any], step: drafts.Step
) -> None:
    """Take the words, or ask what is still open in them."""
    if isinstance(step, str):
        _take(visit, dialogue, command, wanted, answers, step)
        return
    answers = step.answers
    if dialogue.asking != wanted.name:
        answers = dialogue_trail.onward(dialogue.answers, answers, dialogue.asking)
    dialogue = visit.uow.dialogues.advance(dialogue, answers, wanted.name, _expiry(visit, command))
    visit.toast()
    _ask(visit, dialogue, command, wanted, step.choices, question=step.text, body=step.body, in_place=step.in_place)


def answer_with_button(visit: Visit, dialogue_id: int, value: str) -> None:
    """A choice pressed. A button of a dialogue that is over answers in words, and so does one that is pressed twice."""
    dialogue = current(visit)
    if dialogue is None or dialogue.id != dialogue_id:
        raise Refused("dialogue-over")
    command, wanted = _wanted(dialogue)
    answers = dict(dialogue.answers)
    if _lapsed(visit, command, answers):
        return
    if value in _WAYS:
        _WAYS[value](visit, dialogue, command, wanted, answers)
        return
    if value.startswith(arguments.TURN):
        _turn(visit, dialogue, command, wanted, value)
        return
    if wanted.offers is not None:
        _follow(visit, dialogue, command, wanted, answers, drafts.chosen(visit, wanted, answers, value))
        return
    if not arguments.has_choices(wanted.kind):
        raise Refused("question-answered")
    if wanted.kind is Kind.CONFIRM and value.startswith(arguments.CHANGE):
        _change(visit, dialogue, command, answers, value.partition(":")[2])
        return
    if wanted.kind is Kind.CONFIRM and value.startswith(arguments.MOVE) and "date" in answers:
        answers["date"] = arguments.date_of(visit, value.partition(":")[2])
        dialogue = visit.uow.dialogues.advance(dialogue, answers, wanted.name, _expiry(visit, command))
        visit.toast()
        _ask(visit, dialogue, command, wanted, _offered(visit, command, wanted, answers))
        return
    _take(visit, dialogue, command, wanted, answers, value)


def _back(visit: Visit, dialogue: Dialogue, command: Command, wanted: Argument, answers: dict[str, Any]) -> None:
    """The question before, with everything as it was then."""
    if not dialogue_trail.leads_back(answers):
        raise Refused("question-answered")
    asked, before = dialogue_trail.back(answers)
    before = {name: value for name, value in before.items() if name not in (drafts.DRAFT, drafts.TEMPLATE)}
    dialogue = visit.uow.dialogues.advance(dialogue, before, asked, _expiry(visit, command))
    _, wanted = _wanted(dialogue)
    said = answers.get(asked) if wanted.kind in arguments.FREE else None
    visit.toast()
    _ask(visit, dialogue, command, wanted, _offered(visit, command, wanted, before), body=said or None, in_place=True)


def _ask_same(visit: Visit, dialogue: Dialogue, command: Command, wanted: Argument, answers: dict[str, Any]) -> None:
    visit.toast()
    _ask(visit, dialogue, command, wanted, _offered(visit, command, wanted, answers), in_place=True)


def _skip(visit: Visit, dialogue: Dialogue, command: Command, wanted: Argument, answers: dict[str, Any]) -> None:
    if not wanted.may_be_empty:
        raise Refused("question-answered")
    _leave_empty(visit, dialogue, command, wanted, answers)


_WAYS: Final[Mapping[str, Callable[[Visit, Dialogue, Command, Argument, dict[str, Any]], None]]] = {
    arguments.BACK: _back,
    arguments.SAME: _ask_same,
    arguments.SKIP: _skip,
}


def _turn(visit: Visit, dialogue: Dialogue, command: Command, wanted: Argument, value: str) -> None:
    """Other choices for the same question, in the place of these."""
    turn = arguments.PAGES.get(wanted.kind)
    page = turn(visit, dialogue.answers, value) if turn else None
    if page is None:
        raise Refused("question-answered")
    visit.toast()
    _ask(visit, dialogue, command, wanted, [], page=page, aside=True, in_place=True)


def _change(visit: Visit, dialogue: Dialogue, command: Command, answers: dict[str, Any], name: str) -> None:
    """Something is to be said anew: ask what, where there is a choice, then ask for that."""
    open_to_change = {argument.name: argument for argument in arguments.changeable(command, answers)}
    if not name and len(open_to_change) > 1:
        visit.toast()
        _, asking = _wanted(dialogue)
        _ask(
            visit,
            dialogue,
            command,
            asking,
            arguments.offer_changes(command, answers),
            question=Text.of("ask-change", case=answers["case"]) if "case" in answers else Text.of("ask-change-what"),
            aside=True,
            in_place=True,
        )
        return
    argument = open_to_change.get(name or next(iter(open_to_change), ""))
    if argument is None:
        raise Refused("old-button")
    before = answers.get(argument.name) if argument.detail else answers.pop(argument.name)
    if argument.name == WORDS and not command.keeps_files:
        for kept in (drafts.SAID, drafts.DRAFT):
            answers.pop(kept, None)
    for other in command.arguments:
        if other.wanted is not None and not other.wanted(answers):
            answers.pop(other.name, None)
    answers = dialogue_trail.onward(dialogue.answers, answers, dialogue.asking)
    dialogue = visit.uow.dialogues.advance(dialogue, answers, argument.name, _expiry(visit, command))
    visit.toast()
    offered = _offered(visit, command, argument, answers)
    words = before if argument.kind in arguments.FREE and before else None
    _ask(visit, dialogue, command, argument, offered, body=words)


def _take(
    visit: Visit, dialogue: Dialogue, command: Command, wanted: Argument, answers: dict[str, Any], typed: str
) -> None:
    if wanted.kind in arguments.FREE:
        answers[wanted.name] = typed
    else:
        try:
            read = arguments.READERS[wanted.kind](visit, answers, typed)
        except Doubtful as doubtful:
            why = Text(doubtful.key, doubtful.params)
            instead = arguments.instead(visit, why)
            if not instead:
                raise
            dialogue = visit.uow.dialogues.advance(dialogue, answers, wanted.name, _expiry(visit, command))
            visit.toast()
            _ask(visit, dialogue, command, wanted, instead, question=why)
            return
        if read is None or (wanted.kind is not Kind.INVITED_NAME and read[1]):
            raise Refused("need-choice")
        answers[wanted.name] = read[0]
        if read[1]:  # a name and a station's code
            answers |= arguments.parse_one(visit, command, answers, Kind.STATION, read[1])
    answers = {**counter.stands(visit, command, answers), **answers} if wanted.kind is Kind.CASE else answers
    _go_on(visit, dialogue, command, answers)


def _go_on(visit: Visit, dialogue: Dialogue, command: Command, answers: dict[str, Any]) -> None:
    """Ask for what is still missing, or do it."""
    following = arguments.missing(command, answers, guided=True)
    if following is None:
        visit.uow.dialogues.end(visit.place.chat_id, visit.person_id)
        counter.carry_out(visit, command, answers)
        return
    _check_case(visit, command, answers)
    if following.offers is not None and drafts.TEMPLATE in answers:
        step = drafts.chosen(visit, following, answers, answers.pop(drafts.TEMPLATE))
        _follow(visit, dialogue, command, following, answers, step)
        return
    offered = _offered(visit, command, following, answers)
    if following.kind in _CASES and not offered:
        visit.done(_no_case(command, following, answers))
        return
    if following.guided and following.kind in arguments.STATIONS and len(offered) == 1:
        _take(visit, dialogue, command, following, answers, offered[0][1])
        return
    answers = dialogue_trail.onward(dialogue.answers, answers, dialogue.asking)
    dialogue = visit.uow.dialogues.advance(dialogue, answers, following.name, _expiry(visit, command))
    visit.toast()
    _ask(visit, dialogue, command, following, offered)


def _wanted(dialogue: Dialogue) -> tuple[Command, Argument]:
    command = BY_NAME.get(dialogue.command)
    wanted = (
        next((argument for argument in command.arguments if argument.name == dialogue.asking), None)
        if command
        else None
    )
    if command is None or wanted is None:  # the program was renewed meanwhile
        raise Refused("dialogue-over")
    return command, wanted


def cancel(visit: Visit, dialogue_id: int | None = None) -> None:
    """Leave the dialogue; nothing was changed by it."""
    dialogue = current(visit)
    if dialogue is None or (dialogue_id is not None and dialogue.id != dialogue_id):
        raise Refused("nothing-to-cancel")
    visit.uow.dialogues.end(visit.place.chat_id, visit.person_id)
    visit.toast()
    visit.show(Text.of("cancelled"))
