"""The people's side over HTTP, for the page, for other processes and other languages. See README.md.

What is done here is done by the same methods of `people` and `rooms` that the tests call.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox import view
from sandbox.calls import read_form
from sandbox.errors import ApiError, Impossible
from sandbox.model import CallbackQuery, Chat, Message, Wire
from sandbox.people import Person, in_parts, kind_of
from sandbox.rooms import Room

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

Action = Callable[["Sandbox", Wire], Any]
ACTIONS: dict[str, Action] = {}
HEARTBEAT_SECONDS = 15.0
ANSWER_SECONDS = 5.0


def action(name: str) -> Callable[[Action], Action]:
    """Register what ``POST /sandbox/<name>`` does."""

    def register(do: Action) -> Action:
        ACTIONS[name] = do
        return do

    return register


def add_routes(app: web.Application, sandbox: "Sandbox") -> None:
    app.router.add_get("/sandbox/state", partial(state, sandbox))
    app.router.add_get("/sandbox/events", partial(events, sandbox))
    app.router.add_get("/sandbox/calls", partial(calls, sandbox))
    app.router.add_get("/sandbox/file/{id}", partial(file, sandbox))
    app.router.add_post("/sandbox/{action}", partial(act, sandbox))


# Reading


async def state(sandbox: "Sandbox", request: web.Request) -> web.Response:
    """Everything a page needs to begin, or with ``since`` what changed after that number."""
    since = int(request.query.get("since", 0))
    return reply(view.state(sandbox, since))


async def events(sandbox: "Sandbox", request: web.Request) -> web.StreamResponse:
    """Server-sent events: every change after ``after`` (or the browser's Last-Event-ID), then each as it happens."""
    seq = int(request.headers.get("Last-Event-ID") or request.query.get("after") or sandbox.world.feed.seq)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    await response.write(b": hello\n\n")
    feed = sandbox.world.feed
    while not feed.closed:
        changes = feed.after(seq)
        if changes is None:
            await response.write(f"id: {feed.seq}\nevent: reset\ndata: {{}}\n\n".encode())
        for change in changes or ():
            data = json.dumps(view.change(sandbox, change), ensure_ascii=False, separators=(",", ":"))
            await response.write(f"id: {change.seq}\ndata: {data}\n\n".encode())
        seq = feed.seq if changes is None else changes[-1].seq if changes else seq
        if seq == feed.seq:
            await feed.next(HEARTBEAT_SECONDS)
            if seq == feed.seq:
                await response.write(b": still here\n\n")
    return response


async def calls(sandbox: "Sandbox", request: web.Request) -> web.Response:
    """The bot's latest calls, newest first."""
    newest = list(sandbox.calls)[: -int(request.query.get("limit", 50)) - 1 : -1]
    return reply([view.call(one) for one in newest])


async def file(sandbox: "Sandbox", request: web.Request) -> web.Response:
    """A file's bytes, for showing."""
    store = sandbox.world.files
    found = store.by_id.get(request.match_info["id"])
    if found is None:
        raise web.HTTPNotFound(text="no such file")
    return web.Response(
        body=store.read(found),
        content_type=found.mime
        if found.mime.startswith(("image/", "audio/", "video/"))
        else "application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"},
    )


# Acting


async def act(sandbox: "Sandbox", request: web.Request) -> web.Response:
    """Do what somebody does; 400 for a bad request, 409 for what Telegram's clients would not allow."""
    do = ACTIONS.get(request.match_info["action"])
    if do is None:
        raise web.HTTPNotFound(text="no such action")
    try:
        given = await parameters(request)
        result = do(sandbox, given)
        if isinstance(result, Awaitable):
            result = await result
    except (Impossible, ApiError) as refusal:
        return reply({"error": str(refusal)}, 409)
    except (ArithmeticError, LookupError, TypeError, ValueError) as mistake:
        return reply({"error": f"{type(mistake).__name__}: {mistake}"}, 400)
    return reply(result if result is not None else {})


async def parameters(request: web.Request) -> Wire:
    """The JSON object or form that came with a request."""
    if request.content_type == "multipart/form-data":
        given: Wire = {}
        given["files"] = list((await read_form(request, given)).values())
        return given
    given = await request.json() if request.body_exists else {}
    if not isinstance(given, dict):
        raise ValueError("a JSON object is expected")
    return given


def reply(body: Any, status: int = 200) -> web.Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(
        text=text, status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def who(sandbox: "Sandbox", p: Wire) -> Person:
    value = p["user"]
    return sandbox.person(int(value) if str(value).lstrip("-").isdigit() else value)


def where(sandbox: "Sandbox", p: Wire, person: Person) -> Room:
    """The chat that is meant; the private one if none is named."""
    chat_id = int(p.get("chat") or person.id)
    chat = person.chat if chat_id == person.id else sandbox.world.chats[chat_id]
    assert isinstance(chat, Room)
    return chat


def which(sandbox: "Sandbox", p: Wire, person: Person, key: str = "message") -> Message:
    found = sandbox.world.find(where(sandbox, p, person), int(p[key]))
    if found is None:
        raise LookupError(f"there is no message {p[key]}")
    return found


@action("write")
def write(sandbox: "Sandbox", p: Wire) -> Wire:
    """Write a text, or send the files that came along; several make an album."""
    person = who(sandbox, p)
    chat = where(sandbox, p, person)
    about: Wire = {"thread": int(p["thread"])} if p.get("thread") else {}
    if p.get("reply_to"):
        about["reply_to"] = which(sandbox, p, person, "reply_to")
    if p.get("files"):
        sent = person.sends_files(chat, p["files"], p.get("text", ""), kind=p.get("kind"), **about)
        return {"messages": [message.id for message in sent]}
    if p.get("kind") in ("location", "venue", "contact"):
        return {"message": getattr(person, f"sends_{p['kind']}")(chat, **about).id}
    sent = [person.writes(chat, part, **about) for part in in_parts(p["text"])]
    return {"message": sent[0].id}


@action("edit")
def edit(sandbox: "Sandbox", p: Wire) -> None:
    """Change the words; put the file that came along in the place of the one that is there."""
    person = who(sandbox, p)
    message = which(sandbox, p, person)
    if not p.get("files"):
        person.edits(message, p["text"])
        return
    (file,) = p["files"]
    kind = p.get("kind") or kind_of(file.mime)
    person.replaces(message, kind, p.get("text"), data=bytes(file), name=file.name, mime=file.mime)


@action("delete")
def delete(sandbox: "Sandbox", p: Wire) -> None:
    person = who(sandbox, p)
    person.deletes(which(sandbox, p, person))


@action("react")
def react(sandbox: "Sandbox", p: Wire) -> None:
    person = who(sandbox, p)
    person.reacts(which(sandbox, p, person), *([p["emoji"]] if p.get("emoji") else []))


@action("press")
async def press(sandbox: "Sandbox", p: Wire) -> Wire:
    """Press a button by its ``data``, or by its place (``row``, ``column``); waits for the bot's answer a while."""
    person = who(sandbox, p)
    message = which(sandbox, p, person)
    if "data" in p:
        pressed: CallbackQuery | str = person.presses_data(message, str(p["data"]))
    else:
        pressed = person.presses_at(message, int(p["row"]), int(p["column"]))
    if isinstance(pressed, str):
        return {"url": pressed}
    for _ in range(int(ANSWER_SECONDS * 100)):
        if pressed.answered:
            break
        await asyncio.sleep(0.01)
    return view.query(pressed)


@action("follow")
def follow(sandbox: "Sandbox", p: Wire) -> Wire:
    return {"message": who(sandbox, p).follows(p["url"]).id}


@action("tap")
def tap(sandbox: "Sandbox", p: Wire) -> Wire:
    return {"message": who(sandbox, p).taps(p["label"]).id}


@action("vote")
def vote(sandbox: "Sandbox", p: Wire) -> None:
    person = who(sandbox, p)
    person.votes(which(sandbox, p, person), [int(option) for option in p.get("options", [])])


@action("start")
def start(sandbox: "Sandbox", p: Wire) -> Wire:
    return {"message": who(sandbox, p).starts(p.get("payload")).id}


@action("block")
def block(sandbox: "Sandbox", p: Wire) -> None:
    who(sandbox, p).blocks()


@action("unblock")
def unblock(sandbox: "Sandbox", p: Wire) -> None:
    who(sandbox, p).unblocks()


@action("clock")
def clock(sandbox: "Sandbox", p: Wire) -> Wire:
    """Put the clock forward by so many ``seconds``."""
    sandbox.clock.move(timedelta(seconds=float(p["seconds"])))
    return {"now": sandbox.clock.now().isoformat()}


@action("start-over")
def start_over(sandbox: "Sandbox", p: Wire) -> None:
    """Begin anew, where whoever runs the sandbox can do that."""
    if sandbox.start_over is None:
        raise Impossible("this sandbox cannot start over")
    sandbox.start_over()


@action("faults")
def faults(sandbox: "Sandbox", p: Wire) -> Wire:
    """Add a fault (``kind`` with ``times``, or with ``share`` and ``seed``); ``clear`` ends them all first."""
    given = dict(p)
    if given.pop("clear", False):
        sandbox.faults.clear()
    if "share" in given:
        sandbox.faults.rate(given.pop("kind"), given.pop("share"), **given)
    elif given:
        sandbox.faults.add(given.pop("kind"), given.pop("method", None), **given)
    return {"rules": len(sandbox.faults.rules), "struck": dict(sandbox.faults.struck)}


@action("user")
def user(sandbox: "Sandbox", p: Wire) -> Wire:
    """A new person."""
    return view.user(sandbox.user(p.pop("name"), **p))


@action("group")
def group(sandbox: "Sandbox", p: Wire) -> Wire:
    """A new group: ``type`` group, supergroup or forum, ``members`` by id, ``bot``, ``admin``, ``topics``."""
    given = dict(p)
    make = {"group": sandbox.group, "supergroup": sandbox.supergroup, "forum": sandbox.forum}[
        given.pop("type", "group")
    ]
    members = [sandbox.person(id) for id in given.pop("members", [])]
    return view.chat(make(given.pop("title"), members, **given))


@action("member")
def member(sandbox: "Sandbox", p: Wire) -> Wire:
    """``do``: join, leave, promote or demote; ``user`` may be "bot"."""
    chat = sandbox.world.chats[int(p["chat"])]
    assert isinstance(chat, Room)
    someone = sandbox.bot if p["user"] == "bot" else who(sandbox, p)
    by = sandbox.person(p["by"]) if "by" in p else chat.owner if p["user"] == "bot" else None
    if p["do"] in ("promote", "demote"):
        {"promote": chat.promotes, "demote": chat.demotes}[p["do"]](someone, by=by)
    else:
        {"join": chat.joins, "leave": chat.leaves}[p["do"]](someone, by=by)
    return view.chat(chat)


@action("upgrade")
def upgrade(sandbox: "Sandbox", p: Wire) -> Wire:
    chat: Chat = sandbox.world.chats[int(p["chat"])]
    assert isinstance(chat, Room)
    return view.chat(chat.upgrades())
