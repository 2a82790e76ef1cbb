"""Who may ask, and what a browser may do with the answer.

The server listens on this machine alone, but so do other programs and other people's pages in the same
browser. Hence a secret in the address that only the terminal shows, exchanged for a cookie that scripts
cannot read; names of hosts that are checked, so that no foreign name can be pointed here (DNS rebinding); and
for whatever changes something, a second secret that only the page itself knows, and its origin.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_HEADER = "x-sitewatch-token"

_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "cache-control": "no-store",
    }
)


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of one start of the server.

    Attributes
    ----------
    token : str
        In the address that the terminal shows; good for one browser.
    cookie : str
        What the browser gets for it.
    page : str
        What the page sends with everything that changes something.
    """

    token: str = field(default_factory=_secret)
    cookie: str = field(default_factory=_secret)
    page: str = field(default_factory=_secret)


class Guard:
    """Lets through what comes from the reviewer's own page, and dresses every answer.

    Parameters
    ----------
    app : ASGI application
    port : int
        On which the server listens.
    known : Secrets
    """

    def __init__(self, app: ASGIApp, *, port: int, known: Secrets) -> None:
        self._app = app
        self._port = port
        self._known = known
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        # Cookies do not tell ports apart: two reviewers on one machine must not lose each other's.
        self._cookie = f"sitewatch-{port}"
        # The token is good for one browser: other users of the machine may see it in a list of processes.
        self._spent = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refused(scope) or self._entered(scope)
        await (answer or self._app)(scope, receive, _dressed(send))

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self._hosts:
            return _no("this server answers to 127.0.0.1 alone")
        if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"} and not _is_entry(scope):
            return _no("another page asked")
        if _is_entry(scope):
            return None
        if not self._inside(scope):
            return _no("open the address that `sitewatch review` printed")
        if scope["method"] not in {"GET", "HEAD"} and not self._own(headers):
            return _no("this page may change nothing here: load it again")
        return None

    def _inside(self, scope: Scope) -> bool:
        """Tell whether the browser has the cookie."""
        given = cookie_parser(Headers(scope=scope).get("cookie", "")).get(self._cookie, "")
        return _same(given, self._known.cookie)

    def _own(self, headers: Headers) -> bool:
        """Tell whether what changes something was sent by the page itself."""
        origin = headers.get("origin", "")
        return origin in {f"http://{host}" for host in self._hosts} and _same(
            headers.get(PAGE_HEADER, ""), self._known.page
        )

    def _entered(self, scope: Scope) -> Response | None:
        """Exchange the token of the address for the cookie."""
        if not _is_entry(scope):
            return None
        if self._inside(scope):
            return RedirectResponse("/", status_code=303)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if self._spent or not _same(given, self._known.token):
            return _no("this address was used, or is of another start: start `sitewatch review` again")
        self._spent = True
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self._cookie, self._known.cookie, httponly=True, samesite="strict", path="/")
        return answer


def _is_entry(scope: Scope) -> bool:
    return scope["path"] == "/" and scope["method"] == "GET" and b"token=" in scope["query_string"]


def _no(why: str) -> Response:
    return PlainTextResponse(f"sitewatch: {why}\n", status_code=403)


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), known.encode())


def _dressed(send: Send) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
        await send(message)

    return dressed
