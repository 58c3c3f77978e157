"""The chat page's files at the server's root. What the page does with them goes through the control API."""

from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "page"
HEADERS = {
    # Everything comes from here: what people typed could not call home even if it became part of the page.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_routes(app: web.Application) -> None:
    app.router.add_get("/", index)
    app.router.add_get("/page/{name:[a-z/-]+\\.(?:js|css|svg)}", part)


async def index(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(FOLDER / "index.html", headers=HEADERS)


async def part(request: web.Request) -> web.StreamResponse:
    """A script, style sheet or picture; the route's pattern keeps the name inside the folder."""
    path = FOLDER / request.match_info["name"]
    if not path.is_file():
        raise web.HTTPNotFound(text="no such part of the page")
    return web.FileResponse(path, headers=HEADERS)
