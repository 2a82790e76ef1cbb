"""The page: one file, no network, and every text only ever text."""

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from tests.report.document.conftest import HOSTILE

from sitewatch.report.document.html import html_text, paged_text
from sitewatch.report.document.records import Document

Make = Callable[..., Document]


class Reader(HTMLParser):
    """Every tag with its attributes, and every text outside of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.said: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.said.setdefault(self.inside[-1] if self.inside else "", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize("write", [html_text, paged_text])
def test_a_hostile_name_is_text(document: Make, write: Callable[[Document], str]):
    reader = Reader(write(document(HOSTILE)))
    assert HOSTILE in "".join(reader.said["h2"])
    assert len(reader.all("script")) == (1 if write is html_text else 0)
    assert not [key for _, attrs in reader.tags for key in attrs if key.startswith("on")]


@pytest.mark.parametrize("write", [html_text, paged_text])
def test_nothing_is_fetched(document: Make, write: Callable[[Document], str]):
    text = write(document("Ashby"))
    reader = Reader(text)
    links = [
        v for _, attrs in reader.tags for k, v in attrs.items() if k in {"src", "href", "data", "action"}
    ]
    assert links
    assert all(str(link).startswith("data:image/jpeg;base64,") for link in links)
    assert "url(" not in text


def test_the_policy_lets_nothing_run_but_the_page_s_own_script(document: Make):
    text = html_text(document(HOSTILE))
    reader = Reader(text)
    policy = next(
        m["content"] for m in reader.all("meta") if m.get("http-equiv") == "Content-Security-Policy"
    )
    assert str(policy).startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in str(policy)
    for tag in ("script", "style"):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in str(policy)
    assert not [attrs for _, attrs in reader.tags if "style" in attrs]


def test_every_picture_has_words_and_every_figure_its_number_and_credit(document: Make):
    made = document("Ashby", "Barrow")
    text = html_text(made)
    reader = Reader(text)
    assert all(image["alt"] for image in reader.all("img"))
    numbers = [attrs["id"] for attrs in reader.all("figure")]
    assert numbers == [f"figure-{n}" for n in range(1, 7)]
    for page in made.pages:
        for figure in (page.map, *page.figures):
            block = text.split(f'id="figure-{figure.number}"')[1].split("</figcaption>")[0]
            assert f"Figure {figure.number}." in block
            assert figure.credits[0] in block


def test_the_swipe_can_be_moved_by_keyboard_and_shows_both_credits(document: Make):
    reader = Reader(html_text(document("Ashby")))
    ranges = reader.all("input")
    assert len(ranges) == 2
    assert {each["type"] for each in ranges} == {"range"}
