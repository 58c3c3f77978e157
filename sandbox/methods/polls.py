"""Native polls: sending and stopping them."""

from dataclasses import replace
from datetime import timedelta

from sandbox import access, balloting, keyboards, limits
from sandbox.errors import bad_request
from sandbox.methods import Params, serves
from sandbox.methods.sending import formatted, send
from sandbox.model import Poll, Wire
from sandbox.wire import message as message_wire
from sandbox.world import World

SOONEST, LATEST = 5, 2_628_000


@serves("sendPoll")
def send_poll(world: World, p: Params) -> Wire:
    question, _ = formatted(world, p, "question", "question_entities", "question_parse_mode")
    options = [formatted(world, option, "text", "text_entities", "text_parse_mode")[0] for option in p["options"]]
    if not question:
        raise bad_request("poll question must be non-empty")
    if not all(options):
        raise bad_request("poll options must be non-empty")
    if p.get("members_only") and access.inside(world, p["chat_id"]).type != "channel":
        raise bad_request("members_only polls can be sent to channel chats only")
    kind = p.get("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    poll = Poll(
        id=new_poll_id(world),
        question=question,
        options=options,
        anonymous=p.get("is_anonymous", True),
        multiple=p.get("allows_multiple_answers", False),
        revoting=p.get("allows_revoting", kind == "regular"),
        type=kind,
        closed=p.get("is_closed", False),
        hidden=p.get("hide_results_until_closes", False),
        extra=_extra(world, p, kind, len(options)),
        close_date=_close_date(world, p),
    )
    return message_wire(send(world, p, "poll", {}, poll=poll))


@serves("stopPoll")
def stop_poll(world: World, p: Params) -> Wire:
    chat = access.inside(world, p["chat_id"])
    message = access.message(world, chat, p["message_id"], "message with poll to stop")
    if message.poll is None or message.sender is not world.bot:
        raise bad_request("message with poll to stop not found" if message.poll is None else "poll can't be stopped")
    if message.poll.closed:
        raise bad_request("poll has already been closed")
    message.markup, _ = keyboards.check(p.get("reply_markup"))
    balloting.close(world, message.poll)
    return message.poll.wire


def new_poll_id(world: World) -> str:
    return str(5_300_000_000_000_000_000 + world.number("poll"))


def copied_poll(world: World, poll: Poll) -> Poll:
    """A copy of a poll is a poll of its own, without votes."""
    if poll.type == "quiz" and not poll.by_bot:
        raise bad_request("message can't be copied")
    return replace(poll, id=new_poll_id(world), votes={}, closed=False, close_date=None, by_bot=True)


def _close_date(world: World, p: Wire) -> int | None:
    if "open_period" in p and "close_date" in p:
        raise bad_request("open_period and close_date can't be used together")
    if "open_period" in p:
        return world.timestamp() + int(p["open_period"])
    if "close_date" not in p:
        return None
    ahead = timedelta(seconds=p["close_date"] - world.timestamp())
    if not timedelta(seconds=SOONEST - 1) <= ahead <= timedelta(seconds=LATEST):
        raise bad_request("wrong poll close date specified")
    return int(p["close_date"])


def _extra(world: World, p: Wire, kind: str, options: int) -> Wire:
    extra: Wire = {key: p[key] for key in ("open_period",) if key in p}
    if description := formatted(world, p, "description", "description_entities", "description_parse_mode")[0]:
        if len(description) > limits.POLL_DESCRIPTION:
            raise bad_request(f"description must not exceed {limits.POLL_DESCRIPTION} characters")
        extra["description"] = description
    if kind == "quiz":
        correct = p.get("correct_option_ids") or []
        if not correct or not all(0 <= option < options for option in correct):
            raise bad_request("wrong correct option ID specified")
        extra["correct_option_ids"] = correct
        if explanation := formatted(world, p, "explanation", "explanation_entities", "explanation_parse_mode")[0]:
            if len(explanation) > limits.POLL_EXPLANATION:
                raise bad_request(f"explanation must not exceed {limits.POLL_EXPLANATION} characters")
            if explanation.count("\n") > limits.POLL_EXPLANATION_LINE_FEEDS:
                raise bad_request(f"explanation must not exceed {limits.POLL_EXPLANATION_LINE_FEEDS} line feeds")
            extra["explanation"] = explanation
    return extra
