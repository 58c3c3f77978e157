"""The web server: the bot's side under ``/bot<token>/``, files under ``/file/``, the people's side under ``/sandbox/``,
and the chat page at the root.

Browsers can reach a server on the loopback interface, and so can pages from anywhere that run in them. Therefore
requests under a foreign host name (DNS rebinding) and from a foreign origin are refused.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from sandbox import control, frontpage
from sandbox.errors import not_found, unauthorized
from sandbox.webhook import LOOPBACK

if TYPE_CHECKING:
    from sandbox.sandbox import Sandbox

LARGEST_REQUEST = 64 << 20
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build(sandbox: "Sandbox") -> web.Application:
    """The application that serves a sandbox."""
    app = web.Application(client_max_size=LARGEST_REQUEST, middlewares=[guard])
    app.router.add_route("*", "/bot{rest:[^/]*/[^/]*/?}", sandbox.api.handle)
    app.router.add_get("/file/bot{token}/{path:.+}", file_handler(sandbox))
    control.add_routes(app, sandbox)
    frontpage.add_routes(app)
    return app


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let through only what comes from this machine and means this server."""
    host = request.headers.get("Host", "")
    if not is_loopback(f"//{host}"):
        raise web.HTTPForbidden(text="this server answers on the loopback interface only")
    origin = request.headers.get("Origin")
    if origin is not None and (not is_loopback(origin) or urlsplit(origin).netloc != host):
        raise web.HTTPForbidden(text="requests from other origins are refused")
    return await handler(request)


def is_loopback(url: str) -> bool:
    """Whether an address names this machine."""
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def file_handler(sandbox: "Sandbox") -> Handler:
    async def download(request: web.Request) -> web.StreamResponse:
        """What ``getFile`` points to."""
        if request.match_info["token"] != sandbox.token:
            refusal = unauthorized()
        else:
            file = sandbox.world.files.by_path.get(request.match_info["path"])
            if file is not None:
                return web.Response(body=sandbox.world.files.read(file), content_type="application/octet-stream")
            refusal = not_found()
        return web.json_response(refusal.wire(), status=refusal.code)

    return download
