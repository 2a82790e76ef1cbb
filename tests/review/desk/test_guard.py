"""Only the reviewer's own page is answered, and what it is sent can do nothing but what it is for."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient
from tests.review.desk.conftest import PORT, SCREEN, Made, Page

from sitewatch.evidence import Log
from sitewatch.review.app import make_app
from sitewatch.review.desk import Desk
from sitewatch.review.guard import Secrets
from sitewatch.review.session import open_session

HERE = f"http://127.0.0.1:{PORT}"
PATHS = [
    "/",
    "/api/session",
    "/api/queue",
    "/api/items/0",
    "/tiles/0/before/natural/0/0/0.png",
    "/page/main.js",
]
SAID = {"status": "confirmed", "screen": SCREEN}


@pytest.fixture
def stranger(make_run: Made) -> TestClient:
    return TestClient(
        make_app(Desk(open_session(make_run(), "ada")), port=PORT, known=Secrets()), base_url=HERE
    )


@pytest.mark.parametrize("path", PATHS)
def test_without_the_cookie_nothing_is_told(stranger: TestClient, path: str):
    answer = stranger.get(path)
    assert answer.status_code == 403
    assert "made" not in answer.text


@pytest.mark.parametrize("token", ["", "x", "é", "%00", "a" * 10_000])
def test_a_wrong_token_is_no_entry(stranger: TestClient, token: str):
    answer = stranger.get(f"/?token={token}", follow_redirects=False)
    assert answer.status_code == 403
    assert not answer.cookies


def test_the_token_becomes_a_cookie_that_no_script_or_other_page_gets_and_is_good_once(make_run: Made):
    known = Secrets()
    desk = Desk(open_session(make_run(), "ada"))
    client = TestClient(make_app(desk, port=PORT, known=known), base_url=HERE)
    answer = client.get(f"/?token={known.token}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert known.token not in answer.headers["set-cookie"]
    # Whoever has the cookie may use the address again; nobody else may.
    assert client.get(f"/?token={known.token}").status_code == 200
    client.cookies.clear()
    assert client.get(f"/?token={known.token}").status_code == 403
    desk.close()


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.nip.io:{PORT}"]
)
def test_another_name_for_this_machine_is_refused(make_run: Made, sit_down: Callable[..., Page], host: str):
    page = sit_down(make_run())
    cookies = dict(page.client.cookies)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    assert page.client.get("/api/session", headers={"host": host, "cookie": header}).status_code == 403
    assert (
        page.client.get("/api/session", headers={"host": f"localhost:{PORT}", "cookie": header}).status_code
        == 200
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"x-sitewatch-token": ""},
        {"x-sitewatch-token": "guess"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/api/items/0/decision", "/api/undo", "/api/items/0/split"])
def test_another_page_cannot_change_anything(
    make_run: Made, sit_down: Callable[..., Page], headers: dict[str, str], path: str
):
    run = make_run()
    page = sit_down(run)
    assert page.post(path, SAID, **headers).status_code == 403
    assert Log.of(run.path).votes() == []


def test_another_page_cannot_even_embed_a_tile(make_run: Made, sit_down: Callable[..., Page]):
    page = sit_down(make_run())
    tile = "/tiles/0/before/natural/0/0/0.png"
    assert page.client.get(tile, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert page.client.get(tile, headers={"sec-fetch-site": "same-origin"}).status_code == 200


@pytest.mark.parametrize("path", [*PATHS, "/nothing", "/leaflet/leaflet.js", "/api/items/99"])
def test_every_answer_forbids_what_a_page_does_not_need(
    make_run: Made, sit_down: Callable[..., Page], path: str
):
    headers = sit_down(make_run()).client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not {"unsafe-inline", "unsafe-eval", "http:", "https:", "*"} & set(
        policy.replace(";", " ").split()
    )
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_asks_for_nothing_beyond_this_server(make_run: Made, sit_down: Callable[..., Page]):
    page = sit_down(make_run())
    text = page.client.get("/").text
    assert "<style" not in text
    assert " style=" not in text
    assert not re.search(r"<[^>]*\son\w+=", text)
    for name in (
        "main.js",
        "maps.js",
        "editor.js",
        "queue.js",
        "facts.js",
        "api.js",
        "words.js",
        "review.css",
    ):
        source = page.client.get(f"/page/{name}").text
        assert "http://" not in source
        assert "https://" not in source
        assert "innerHTML" not in source
        assert "insertAdjacentHTML" not in source


@pytest.mark.parametrize(
    "path",
    [
        "/page/../app.py", "/page/%2e%2e/app.py", "/page/..%2fapp.py", "/leaflet/%2e%2e/index.html.jinja",
        "/page//etc/passwd", "/tiles/0/..%2f..%2fetc/natural/0/0/0.png", "/thumbnails/0/-1/natural.png",
        "/tiles/0/before/..%2fx/0/0/0.png", "/tiles/-1/before/natural/0/0/0.png",
    ],
)  # fmt: skip
def test_no_path_leads_out(make_run: Made, sit_down: Callable[..., Page], path: str):
    answer = sit_down(make_run()).client.get(path)
    assert answer.status_code in {400, 404}
    assert b"starlette" not in answer.content
