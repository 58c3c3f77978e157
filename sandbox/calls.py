"""One call of the Bot API, from request to answer: read, checked, faulted, done, recorded."""

import asyncio
import inspect
import json
import re
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox import access, flood, methods, schema
from sandbox.errors import ApiError, bad_request, too_many_requests, unauthorized
from sandbox.faults import Fault, Faults, Kind
from sandbox.flood import Flood
from sandbox.model import Call, Wire
from sandbox.schema import Upload
from sandbox.world import World

NGINX = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
PATH = re.compile(r"/bot([^/]*)/([A-Za-z]*)/?")


class Api:
    """The bot's side of the sandbox."""

    def __init__(self, world: World, token: str, *, faults: Faults, limits: Flood, keep: int = 5_000) -> None:
        self.world = world
        self.token = token
        self.faults = faults
        self.flood = limits
        self.calls: deque[Call] = deque(maxlen=keep)
        self._schema = schema.load()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request to ``/bot<token>/<method>``."""
        try:
            name, given, uploads = await self._read(request)
        except ApiError as refusal:
            return answer(refusal.wire(), refusal.code)
        fault = self.faults.strike(name, given.get("chat_id")) if self.faults.rules else None
        if fault is None:
            return await self.call(name, given, uploads)
        return await self._go_wrong(request, fault, lambda: self.call(name, given, uploads))

    async def call(self, name: str, given: Wire, uploads: Wire) -> web.Response:
        """Do what was asked, and record it."""
        record = Call(name, given, self.world.now())
        self.calls.append(record)
        try:
            record.method, record.params = self._schema.check(name, given)
            record.result = await self._perform(record, uploads)
        except ApiError as refusal:
            record.error = refusal.description
            return answer(refusal.wire(), refusal.code)
        if isinstance(record.result, methods.Raw):
            body = f'{{"ok":true,"result":{record.result}}}'
            return web.Response(body=body.encode(), content_type="application/json")
        return answer({"ok": True, "result": record.result})

    async def _perform(self, record: Call, uploads: Wire) -> Any:
        params = methods.Params(record.params, uploads)
        method = methods.find(record.method)
        if self.flood.on and flood.counts(record.method) and "chat_id" in params:
            self.flood.check(record.method, access.chat(self.world, params["chat_id"]))
        result = method(self.world, params)
        return await result if inspect.isawaitable(result) else result

    async def _read(self, request: web.Request) -> tuple[str, Wire, Wire]:
        """The method's name, its parameters as sent, and the files."""
        match = PATH.fullmatch(request.path)
        if match is None or match[1] != self.token:
            raise unauthorized()
        given: Wire = dict(parse_qsl(request.query_string, keep_blank_values=True)) if request.query_string else {}
        uploads: Wire = {}
        kind = request.content_type
        if kind == "multipart/form-data":
            uploads = await read_form(request, given)
        elif request.body_exists:
            given |= decoded(await request.read(), kind)
        return match[2], given, uploads

    async def _go_wrong(self, request: web.Request, fault: Fault, perform: Callable[[], Any]) -> web.StreamResponse:
        match fault.kind:
            case Kind.FLOOD:
                refusal = too_many_requests(fault.retry_after)
                return answer(refusal.wire(), 429)
            case Kind.INTERNAL:
                return answer({"ok": False, "error_code": 500, "description": "Internal Server Error"}, 500)
            case Kind.BAD_GATEWAY:
                return web.Response(status=502, text=NGINX, content_type="text/html")
            case Kind.ANSWER:
                return answer(fault.body, fault.status)
            case Kind.HANG:
                await asyncio.sleep(fault.seconds)
            case Kind.CUT_AFTER:
                await perform()
            case Kind.MUTE_AFTER:
                await perform()
                await asyncio.sleep(fault.seconds)
        if request.transport is not None:
            request.transport.close()
        return web.Response()


def answer(body: Wire, status: int = 200) -> web.Response:
    return web.Response(body=encode(body).encode("utf-8", "replace"), status=status, content_type="application/json")


def decoded(body: bytes, kind: str) -> Wire:
    """Parameters from a JSON or form body."""
    try:
        text = body.decode()
    except UnicodeDecodeError as exc:
        raise bad_request("strings must be encoded in UTF-8") from exc
    if kind != "application/json":
        return dict(parse_qsl(text, keep_blank_values=True))
    try:
        given = json.loads(text)
    except ValueError as exc:
        raise bad_request("can't parse JSON object") from exc
    if not isinstance(given, dict):
        raise bad_request("can't parse JSON object")
    return given


async def read_form(request: web.Request, given: Wire) -> Wire:
    """Put a form's fields into ``given``; returns the files, which are fields too."""
    uploads: Wire = {}
    form = await request.post()
    for name, field in form.items():
        if isinstance(field, web.FileField):
            upload = Upload(field.file.read())
            upload.name, upload.mime = field.filename, field.content_type
            uploads[name] = given[name] = upload
        else:
            given[name] = field
    return uploads
