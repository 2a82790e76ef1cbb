"""The web application: the page, its questions, and what it says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sitewatch.errors import SettingsError, SitewatchError
from sitewatch.records import KINDS
from sitewatch.report.chips.rendering import stretch_words
from sitewatch.report.words import KIND_TITLES
from sitewatch.review.card import card, short
from sitewatch.review.desk import Desk
from sitewatch.review.guard import Guard, Secrets
from sitewatch.review.listing import rows
from sitewatch.review.said import Cut, Said, Undo, read_said
from sitewatch.review.saying import decide, split, undo

_PAGE = Path(__file__).parent / "page"
_LEAFLET = Path(__file__).parents[1] / "report" / "page" / "assets" / "leaflet"
# What the page sends is small; an outline of many corners is the largest of it.
_LARGEST = 2_000_000
# Tiles are drawn by so few threads that each finds its files open.
_WORKERS = 3

# No scene has so many tiles a side.
_FARTHEST = 1_000_000

V = TypeVar("V")


class App:
    """The answers to the page's questions about one desk."""

    def __init__(self, desk: Desk, known: Secrets) -> None:
        self._desk = desk
        self._known = known
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="tiles")

    def routes(self) -> list[Route | Mount]:
        """Return what can be asked, and who answers."""
        return [
            Route("/", self.page),
            Mount("/leaflet", StaticFiles(directory=_LEAFLET)),
            Mount("/page", StaticFiles(directory=_PAGE)),
            Route("/api/session", self.session),
            Route("/api/queue", self.queue),
            Route("/api/items/{number:int}", self.item),
            Route("/api/items/{number:int}/decision", self.decide, methods=["POST"]),
            Route("/api/items/{number:int}/split", self.split, methods=["POST"]),
            Route("/api/items/{number:int}/stretch/{date}/{look}", self.stretch),
            Route("/api/undo", self.undo, methods=["POST"]),
            Route("/tiles/{number:int}/{date}/{look}/{coarser:int}/{x:int}/{y:int}.png", self.tile),
            Route("/thumbnails/{number:int}/{date}/{look}.png", self.thumbnail),
        ]

    async def page(self, _: Request) -> Response:
        """Return the page."""
        environment = Environment(loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined)
        session = self._desk.session
        text = environment.get_template("index.html.jinja").render(
            token=self._known.page, reviewer=short(session.reviewer)
        )
        return HTMLResponse(text)

    async def session(self, _: Request) -> Response:
        """Return what the page needs to know once."""
        session = self._desk.session
        info = session.run.info
        return JSONResponse(
            {
                "run": short(str(info.get("run_id") or session.run.path.name)),
                "reviewer": short(session.reviewer),
                "role": session.role,
                "shows_confidence": session.shows_confidence,
                "kinds": [[kind, KIND_TITLES[kind]] for kind in KINDS],
                "progress": await self._work(session.progress),
            }
        )

    async def queue(self, request: Request) -> Response:
        """Return a part of the queue."""
        start, count = (_whole(request, name) for name in ("from", "count"))
        return JSONResponse(await self._work(lambda: rows(self._desk, start, min(count, 500))))

    async def item(self, request: Request) -> Response:
        """Return one item."""
        number = request.path_params["number"]
        return JSONResponse(await self._work(lambda: card(self._desk, number)))

    async def stretch(self, request: Request) -> Response:
        """Return the words of a stretch."""
        given = request.path_params
        sight = self._desk.sight(given["number"], given["date"], given["look"])
        words = await self._work(lambda: stretch_words(self._desk.imagery.stretch(sight)))
        return JSONResponse({"stretch": words})

    async def decide(self, request: Request) -> Response:
        """Save a decision; the answer is sent when it is on the disk."""
        said = read_said(Said, await _body(request))
        number = request.path_params["number"]
        return JSONResponse(await self._work(lambda: decide(self._desk, number, said)))

    async def split(self, request: Request) -> Response:
        """Split an outline along a line; nothing is saved by it."""
        wish = read_said(Cut, await _body(request))
        number = request.path_params["number"]
        return JSONResponse(await self._work(lambda: split(self._desk, number, wish)))

    async def undo(self, request: Request) -> Response:
        """Take the last decision back; the answer is sent when that is on the disk."""
        wish = read_said(Undo, await _body(request))
        return JSONResponse(await self._work(lambda: undo(self._desk, wish)))

    async def tile(self, request: Request) -> Response:
        """Return a tile of a date in a look."""
        given = request.path_params
        if given["coarser"] > 30 or max(given["x"], given["y"]) > _FARTHEST:
            return Response(status_code=404)

        def drawn() -> bytes:
            sight = self._desk.sight(given["number"], given["date"], given["look"])
            return self._desk.imagery.tile(sight, given["x"], given["y"], 2 ** given["coarser"])

        return Response(await self._work(drawn), media_type="image/png")

    async def thumbnail(self, request: Request) -> Response:
        """Return a small picture of an item on another date."""
        given = request.path_params

        def drawn() -> bytes:
            return self._desk.imagery.thumbnail(
                self._desk.sight(given["number"], given["date"], given["look"])
            )

        return Response(await self._work(drawn), media_type="image/png")

    def close(self) -> None:
        """Let the threads end, and close the scenes' files."""
        self._pool.shutdown(cancel_futures=True)
        self._desk.close()

    async def _work(self, do: Callable[[], V]) -> V:
        return await asyncio.get_running_loop().run_in_executor(self._pool, do)


def make_app(desk: Desk, *, port: int, known: Secrets) -> Guard:
    """Return the application for a desk, guarded.

    Parameters
    ----------
    port : int
        On which it will listen.
    """
    app = App(desk, known)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        app.close()

    inner = Starlette(routes=app.routes(), exception_handlers={SitewatchError: _said_so}, lifespan=lifespan)
    # Outermost, so that answers to what went wrong are dressed, too.
    return Guard(inner, port=port, known=known)


async def _said_so(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": short(str(error))}, status_code=400)


async def _body(request: Request) -> bytes:
    """Read what was sent, as far as it may go."""
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > _LARGEST:
            raise SettingsError(
                f"more than {_LARGEST} bytes were sent", "a decision is smaller", "shorten the note"
            )
    return content


def _whole(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    return min(int(text), 10**9) if text.isdecimal() and len(text) < 12 else 0
