"""The catalogues: every sentence there in both languages, every one used, none asked for that is not there."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Final

import pytest

from liaisonbot import (
    categories,
    commands,
    definitions,
    duty,
    exporting,
    figures,
    guard,
    receptions,
    scoring,
    summary_words,
    voting,
    workflow,
)
from liaisonbot.announcements import Audience, PostState, State
from liaisonbot.ballots import Mark, Shape
from liaisonbot.commands import Kind
from liaisonbot.duty import EntryState
from liaisonbot.limits import Unit
from liaisonbot.model import Actor
from liaisonbot.polls import Eligible, PollKind, PollState
from liaisonbot.projects import CycleEvent, Phase, ProjectEvent, ProjectState, shipped_grounds
from liaisonbot.reasons import REASONS
from liaisonbot.reports import ballot_lists, bulletin_parts, summary_sheets
from liaisonbot.reports.case_files import CASES
from liaisonbot.reports.duty_files import DUTY
from liaisonbot.reports.poll_files import POLLS
from liaisonbot.services import (
    appraisal_results,
    duty_drafts,
    export_arguments,
    handing_over,
    helping,
    ladder,
    overdue,
    project_arguments,
    project_desk,
    project_views,
    reception_arguments,
    reception_cases,
    reminders,
    score_arguments,
    scores,
    screening,
    sorting,
    summary_making,
    summary_which,
    summary_whose,
    vote_results,
    voter_report_arguments,
    voter_report_record,
    works_arguments,
    works_views,
)
from liaisonbot.services.lists import LISTS
from liaisonbot.services.lookback import Change
from liaisonbot.summaries import CHAT, WHICH
from liaisonbot.texts import LANGUAGES, read_catalogue
from liaisonbot.vocabulary import (
    Delivery,
    MessageKind,
    Outcome,
    OverdueKind,
    PledgeEnd,
    PledgeState,
    Rating,
    ReplyClass,
    Role,
    RoutingRule,
    Stage,
)
from liaisonbot.voter_reports import ReportState
from liaisonbot.voting import Base, Form
from liaisonbot.windows import WindowKind
from liaisonbot.workflow import Event
from sandbox import markup
from tests.support.source import Module, modules, template

WITH_LIMIT: Final = (Stage.COLLECTION, Stage.MEDIATION, Stage.FOLLOW_UP)
WORKING_ROLES: Final = (Role.DEPUTY, Role.STAFF)
PEOPLE: Final = (Role.CONSTITUENT, Role.DEPUTY, Role.STAFF, Role.OWNER)
MEDIA: Final = (
    *("photo", "video", "voice", "video_note", "audio", "document", "animation", "sticker"),
    *("location", "venue", "contact"),
)

CHANGEABLE: Final = {
    argument.name
    for command in commands.COMMANDS
    for argument in command.arguments
    if argument.kind not in (Kind.CASE, Kind.MERGED_CASE, Kind.CONFIRM)
    and any(last.kind is Kind.CONFIRM for last in command.arguments)
}

POLL_STANDS: Final = (*PollState, "closing")
MARKS: Final = [int(mark) for mark in Mark]
POLL_SHOWN: Final = ("open", "sealed", "secret")

FAMILIES: Final[Mapping[str, Collection[object]]] = {
    # keys like      one for each of
    "export-*": (*exporting.SUBJECTS, *exporting.FORMATS, exporting.Ending.TOO_MANY_ROWS, exporting.Ending.FAILED),
    "counted-*": ("cases", "people", "places", "points", "groups", "deputies", "working-days"),
    "choice-window-*": export_arguments.NEAR,
    "column-cases-*": (*CASES.columns, "title"),
    "column-duty-*": (*DUTY.columns, "title"),
    "column-polls-*": (*POLLS.columns, "title"),
    "cell-delivery-*": [int(delivery) for delivery in Delivery],
    "cell-chat-*": ("private", "group", "supergroup"),
    "cell-message-*": MessageKind,
    "cell-rule-*": RoutingRule,
    "cell-ending-*": PledgeEnd,
    "cell-poll-*": (*PollKind, PollState.OPEN, PollState.CLOSED),
    "project-state-*": ProjectState,
    "duty-state-*": EntryState,
    "act-*": duty_drafts.ACTS,
    "handover-*": handing_over.PARTS,
    "duty-reminder-*": (EntryState.DRAFT, EntryState.RETURNED),
    "button-duty-*": ("file", "soon", "tomorrow", "leave"),
    "score-item-*-*": [f"{rule.key}-{item.key}" for rule in scoring.rules().values() for item in rule.items],
    "score-grade-*-*": [f"{rule.key}-{grade.key}" for rule in scoring.rules().values() for grade in rule.grades],
    "score-sheet-*": ("deputy", "days", "entries", "points"),
    "choice-absence-*": score_arguments.EXCUSES,
    "window-*": WindowKind,
    "summary-before-*": WindowKind,
    "bulletin-title-*": WindowKind,
    "bulletin-part-*": bulletin_parts.PARTS,
    "bulletin-column-*": bulletin_parts.COLUMNS,
    "chart-by-*": ("day", "week", "month", "year"),
    "chart-*": figures.PARTS,
    "summary-what-*": (CHAT, WHICH, *summary_making.FORMS),
    "button-summary-*": ("which", "station", "deputies", "all", *summary_making.FILES),
    "figure-*": definitions.DEFINITIONS,
    "figure-counts-*": definitions.DEFINITIONS,
    "figure-how-*": definitions.DEFINITIONS,
    "book-*": [f"{sheet}-{column}" for sheet, columns in summary_sheets.COLUMNS.items() for column in columns],
    "summary-figure-*": summary_which.FIGURES,
    "summary-split-*": summary_which.SPLITS,
    "summary-time-*": ("on_time", "late"),
    "summary-part-*": summary_words.SECTIONS,
    "summary-which-*": (summary_whose.PLACES, summary_whose.DEPUTIES),
    "summary-outcome-*": Outcome,
    "summary-satisfaction-*": figures.PARTS,
    "summary-again-*": ("satisfied", "dissatisfied"),
    "channel-*": figures.CHANNELS,
    "button-window-*": (*scores.KINDS, "previous", "following"),
    "duty-mark-*": EntryState,
    "duty-type-*": duty.TYPES,
    "duty-group-*": duty.GROUPS,
    "duty-role-*": duty.ROLES,
    "report-state-*": ReportState,
    "report-outcome-*": voter_report_record.ENDS,
    "choice-span-*": voter_report_arguments.SPANS,
    "duty-place-*": duty.PLACES,
    "duty-norm-*": duty.norms(),
    "duty-lacks-*": duty.Counted,
    "month-name-*": range(1, 13),
    "calendar-day-*": range(7),
    "cycle-event-*": CycleEvent,
    "button-screen-*": screening.SAID,
    "project-event-*": ProjectEvent,
    "projects-which-*": project_desk.FILTERS,
    "button-project-edit-*": project_views.EDITED,
    "choice-level-*": project_arguments.LEVELS,
    "ground-*": [ground.key for ground in shipped_grounds()],
    "phase-*": Phase,
    "phase-turn-*": Phase,
    "stage-*": Stage,
    "bar-*": workflow.OPEN,
    "card-due-*": WITH_LIMIT,
    "outcome-*": Outcome,
    "event-*": Event,
    "timeline-*": MessageKind,
    "role-*": Role,
    "welcome-*": PEOPLE,
    "help-*": PEOPLE,
    "help-topic-*": commands.Topic,
    "sample-*": helping.SAMPLED,
    "class-*": ReplyClass,
    "button-class-*": ReplyClass,
    "rating-*": [int(rating) for rating in Rating],
    "button-rating-*": [int(rating) for rating in Rating],
    "button-check-*": [int(delivery) for delivery in Delivery],
    "media-*": MEDIA,
    "category-*": categories.CATEGORIES,
    "kind-*": categories.KINDS,
    "tag-*": categories.TAGS,
    "tag-group-*": categories.TAG_GROUPS,
    "button-sort-*": sorting.PARTS,
    "ask-sort-*": sorting.PARTS,
    "guard-name-*": guard.TOPICS,
    "guard-say-*": guard.TOPICS,
    "guard-*-*": [f"{part}-{topic.key}" for topic in guard.TOPICS.values() for part in topic.said],
    "language-*": LANGUAGES,
    "about-*": commands.BY_NAME,
    "change-*": CHANGEABLE,
    "reason-*": REASONS,
    "set-aside-*": ("update", "message"),
    "span-*": Unit,
    "rung-*": [rung.key for rung in ladder.OVER],
    "overdue-kind-*": OverdueKind,
    "overdue-do-*": [button.command for button in overdue.DOING],
    "overdue-for-*": [rung.key for rung in ladder.OVER],
    "overdue-by-*": overdue.FILTERS,
    "overdue-which-*": overdue.FILTERS,
    "ladder-*": [f"{source.kind}-{rung.key}" for source in ladder.SOURCES for rung in ladder.RUNGS],
    "due-*": [rung.key for rung in ladder.RUNGS],
    "due-of-*": [
        Stage.COLLECTION,
        Stage.MEDIATION,
        *(source.kind for source in ladder.SOURCES if source.kind != "case"),
    ],
    "due-all-*": reminders.WHOLE,
    "promises-*": PledgeState,
    "promises-none-*": PledgeState,
    "button-promises-*": PledgeState,
    "pledge-ended-*": PledgeEnd,
    "lookback-*": Change,
    "announcement-*": State,
    "announcement-head-*": (State.DRAFT, State.PLANNED, State.CANCELLED),
    "announcement-is-*": (State.RUNNING, State.DONE, State.UNDOING, State.UNDONE),
    "announcement-to-*": Audience,
    "announcement-*-title": (PostState.FAILED, PostState.STUCK),
    "button-audience-*": Audience,
    "poll-head-*": POLL_STANDS,
    "list-poll-*": ("open", "closing", "closed"),
    "poll-state-*": PollState,
    "poll-how-*": POLL_SHOWN,
    "button-poll-*": (*POLL_SHOWN, *Eligible),
    "poll-eligible-*": Eligible,
    "vote-rule-*": voting.rules(),
    "vote-form-*": Form,
    "vote-candidate-*": Form,
    "vote-base-*": Base,
    "vote-chart-*": vote_results.COLOURS,
    "ballots-*": [f"{form}-{mark}" for form in Form for mark in ballot_lists.MARKS],
    "votes-head-*": ("draft", "open", "closing", "cancelled"),
    "votes-list-*": [f"{what}-{stand}" for what in ("opinions", "vote") for stand in ("open", "closing", "closed")],
    "votes-how-*": ("opinions", "vote", "announce", "later"),
    "index-rule-*": voting.index_rules(),
    "ballot-how-*": Shape,
    "ballot-line-*": MARKS,
    "ballot-mark-*": [f"{mark}{on}" for mark in MARKS for on in ("", "-on")],
    "ballot-choice-*": ("on", "off"),
    "ballot-those-*": MARKS,
    "ballot-not-yours-*": Eligible,
    "span-*-plain": ("days", "hours", "minutes"),
    "works-post-*": (ProjectEvent.PROGRESS, ProjectEvent.CARRIED_OUT),
    "button-works-*": [name for name, _, _ in works_views.BUTTONS],
    "appraisal-level-*": appraisal_results.LEVELS,
    "appraisal-judges-*": works_arguments.JUDGES,
    "appraisal-rule-*": voting.appraisal_rules(),
    "appraisal-base-*": Base,
    "weekday-*": range(7),
    "reception-nth-*": (1, 2, 3, 4, "last"),
    "choice-every-*": reception_arguments.EVERY,
    "button-day-*": ("move", "cancel", "receivers", "walkin", "held", "minutes", "more", "less"),
    "reception-is-*": ("held", "cancelled"),
    "reception-exit-*": receptions.exits(),
    "visit-note-*": reception_cases.MEANT,
    "*-title": LISTS,
    "*-empty": LISTS,
}
"""Keys that the code puts together."""

IN_DATA: Final = (
    *("category-", "kind-", "tag-", "reason-", "guard-name-", "guard-say-", "guard-why-", "guard-then-"),
    *("vote-rule-", "appraisal-rule-", "index-rule-", "phase-turn-", "ground-"),
    *("duty-type-", "duty-group-", "duty-role-", "duty-place-", "duty-norm-", "reception-exit-"),
    *("score-item-", "score-grade-", "figure-"),
    *(f"phase-{phase}" for phase in Phase),
)
"""These are said by ``liaisonbot/data``, not by the catalogues."""

NAMES_A_KEY: Final[Mapping[str, tuple[int, str]]] = {
    # call          its argument that is a key, by place or by name
    "Text.of": (0, "key"),
    "Text": (0, "key"),
    "Refused": (0, "key"),
    "NotFound": (0, "key"),
    "Notice": (1, "text"),
    "Argument": (2, "ask"),
    "CaseButton": (2, "label"),
}


@cache
def sentences(language: str) -> dict[str, tuple[str, ...]]:
    """Key → its forms: one, or singular and plural."""
    found = {}
    for message in read_catalogue(language):
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key:
            forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
            found[key] = tuple(str(form) for form in forms)
    return found


def blanks(forms: Collection[str]) -> set[str]:
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name is not None}


@cache
def speakers() -> tuple[Module, ...]:
    """All who name sentences."""
    return modules("liaisonbot", "handlers")


def named(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """The keys that this module's calls name, whole or as a template."""
    calls = {**NAMES_A_KEY, **_passed_on(module)}
    for name, call in module.calls():
        if name not in calls:
            continue
        place, keyword = calls[name]
        given = [word.value for word in call.keywords if word.arg == keyword] + call.args[place : place + 1]
        for argument in given:
            yield from ((key, call) for key in _keys(argument))


def _passed_on(module: Module) -> dict[str, tuple[int, str]]:
    """The module's own functions that are given a ``key`` and name a sentence with it."""
    found = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args]
            if "key" in names and re.search(r"\b(?:Text(?:\.of)?|Refused|NotFound)\(key\b", ast.unparse(node)):
                found[node.name] = (names.index("key"), "key")
    return found


def _keys(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(key)) if key:
            yield key
        case ast.JoinedStr():
            yield template(node)
        case ast.IfExp():
            yield from _keys(node.body)
            yield from _keys(node.orelse)


def members(family: str) -> set[str]:
    return {family.replace("*", str(value)) for value in FAMILIES[family]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_that_is_named_is_there(language: str) -> None:
    """A missing sentence would show itself only to the person who should have read it."""
    missing = {
        f"{module.path}: {key}"
        for module in speakers()
        for key, _ in named(module)
        if "*" not in key and key not in sentences(language) and not key.startswith(IN_DATA)
    }

    assert missing == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_a_family_has_its_sentence(language: str) -> None:
    """Who adds a stage, a command or a kind of media adds its words."""
    unknown = {key for module in speakers() for key, _ in named(module) if "*" in key and key not in FAMILIES}
    missing = {key for family in FAMILIES for key in members(family) - set(sentences(language))}

    assert unknown == set()
    assert {key for key in missing if not key.startswith(IN_DATA)} == set()


def test_every_sentence_is_used() -> None:
    """What nobody says is not worth translating."""
    spoken = {words for module in speakers() for words in module.strings()}
    spoken |= {key for family in FAMILIES for key in members(family)}

    assert set(sentences("zh")) - spoken == set()


def test_every_family_is_used() -> None:
    """The table above has no rows that outlived their code."""
    spoken = {words for module in speakers() for words in module.strings()}

    assert set(FAMILIES) - spoken == set()


def test_both_languages_say_the_same_sentences() -> None:
    """Nobody meets a sentence in the wrong language."""
    assert list(sentences("zh")) == list(sentences("en"))


def test_both_languages_have_the_same_blanks() -> None:
    """What one language is told, the other is told too; a singular may do without its number."""
    different = {
        key: (zh, en)
        for key in sentences("zh")
        if (zh := blanks(sentences("zh")[key])) != (en := blanks(sentences("en")[key]))
    }

    assert different == {}


def test_blanks_are_filled() -> None:
    """Where the code names a sentence, it gives what the sentence asks for."""
    unfilled = {
        f"{module.path}:{call.lineno} {key}: {', '.join(sorted(lacking))}"
        for module in speakers()
        for key, call in named(module)
        if ast.unparse(call.func) in {"Text.of", "Refused", "NotFound"} and key in sentences("zh")
        if None not in (given := {word.arg for word in call.keywords})
        if (lacking := blanks(sentences("zh")[key]) - given)
    }

    assert unfilled == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_markup_that_telegram_takes(language: str) -> None:
    """A tag that is not closed would keep the message from being sent at all."""
    for key, forms in sentences(language).items():
        for form in forms:
            filled = re.sub(r"\{\w+\}", "1 &amp; 2", form)
            markup.parse_html(filled)
            assert filled.strip() or key == "blank", key


HALF_WIDTH: Final = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?(][\u4e00-\u9fff]|\.\.\.")
FULL_WIDTH: Final = re.compile("[，。；：！？（）「」、]")


def test_each_language_has_its_own_punctuation() -> None:
    """Full-width marks in Chinese, none of them in English: the wrong ones look like a machine's."""
    words = {
        language: {key: re.sub("<[^>]+>", "", form) for key, forms in sentences(language).items() for form in forms}
        for language in LANGUAGES
    }

    assert {key: said for key, said in words["zh"].items() if HALF_WIDTH.search(said)} == {}
    assert {key: said for key, said in words["en"].items() if FULL_WIDTH.search(said)} == {}


COUNTED: Final = re.compile(r"\{(?:n|days|total|least|most)\} (?:[a-z]+ )?(?!(?:is|was|has)\b)[a-z]+s\b")
ALWAYS_MANY: Final = {
    "ask-report-whole", "book-older", "grounds-full", "invite-name", "invited", "leave-too-long", "lookback-how",
    "opinion-too-few", "poll-option-long", "poll-question-long", "poll-runs-long", "poll-too-few", "poll-too-many",
    "poll-too-short", "project-too-long", "reception-too-long", "report-span-long-ago", "report-too-long",
    "search-lately", "take-back-late", "templates-full", "unit-contact-too-long", "unit-needs-name",
    "votes-too-many-candidates",
    # of one the sentence is not said, or another one is
    "done-merged", "notice-joined", "one-author-unreachable", "summary-again", "votes-next-round",
}  # fmt: skip
"""Where the number is the program's own, and more than one."""


def test_of_one_thing_english_says_so() -> None:
    """*1 cases* looks like a machine's: a sentence that counts has both forms, or puts the number behind a colon."""
    one_form = {key: forms[0] for key, forms in sentences("en").items() if len(forms) == 1}
    counting = {key: said for key, said in one_form.items() if COUNTED.search(re.sub("<[^>]+>", "", said))}

    assert {key: said for key, said in counting.items() if key not in ALWAYS_MANY} == {}
    assert counting.keys() >= ALWAYS_MANY


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        ("stage-collection", "收集", "Collection"),
        ("stage-mediation", "调处", "Mediation"),
        ("stage-reply", "答复", "Reply"),
        ("stage-follow_up", "督办", "Follow-up"),
        ("stage-closed", "办结", "Closed"),
        ("role-constituent", "群众", "constituent"),
        ("role-deputy", "代表", "deputy"),
        ("role-staff", "工作人员", "staff"),
        ("role-owner", "管理员", "owner"),
        ("button-accept", "受理", "Accept"),
        ("button-mediate", "调处", "Mediate"),
        ("button-reply", "答复", "Reply"),
        ("button-follow-up", "督办", "Follow up"),
        ("button-transfer", "转交", "Transfer"),
        ("button-decline", "不予受理", "Decline"),
        ("button-close", "办结", "Close"),
        ("button-confirm", "确认", "Confirm"),
        ("button-cancel", "取消", "Cancel"),
        ("attitude", "办理态度", "Attitude"),
        ("result", "办理结果", "Result"),
        ("button-rating-3", "满意", "Satisfied"),
        ("button-rating-2", "基本满意", "Fair"),
        ("button-rating-1", "不满意", "Dissatisfied"),
        ("button-check-3", "已落实", "Fixed"),
        ("button-check-2", "部分落实", "Partly"),
        ("button-check-1", "未落实", "Not fixed"),
    ],
)
def test_the_words_of_the_field(key: str, zh: str, en: str) -> None:
    """Stages, roles and buttons are called what the README's table "Words" says.

    An emoji before them is welcome, and so is a colon with what exactly it does.
    """
    for language, word in (("zh", zh), ("en", en)):
        (said,) = sentences(language)[key]
        assert re.fullmatch(rf"(?:\W+ )?{word}(?:(?:：|: ).+)?", said, re.IGNORECASE), said


def test_whoever_acts_has_a_welcome() -> None:
    """The welcome goes by the widest role; the clock, which has none, is never welcomed."""
    assert set(Actor(person=None).roles) == {Role.SYSTEM}
    assert {f"welcome-{role}" for role in PEOPLE} <= set(sentences("en"))
