"""A record that only grows: every change of an old line is noticed, no acknowledged entry is lost."""

import hashlib
import json
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitewatch.errors import OutputError
from sitewatch.evidence.chain import START, Chain

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    chain = Chain(tmp_path / "review" / "decisions.jsonl")
    for number in range(5):
        chain.append({"what": f"entry {number}", "é": number})
    return chain


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path):
    trace = Chain(tmp_path / "none").read()
    assert (trace.links, trace.broken, trace.torn, trace.head) == ((), None, False, START)


def test_entries_come_back_in_their_order(chain: Chain):
    trace = chain.read()
    assert [link.entry["é"] for link in trace.links] == [0, 1, 2, 3, 4]
    assert [link.number for link in trace.links] == [1, 2, 3, 4, 5]
    assert trace.links[0].previous == START
    assert trace.head == trace.links[-1].sha256


def test_the_digest_is_that_of_number_previous_and_entry(chain: Chain):
    for line in chain.path.read_text("utf-8").splitlines():
        said = json.loads(line)
        body = {name: said[name] for name in ("number", "previous", "entry")}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        assert said["sha256"] == hashlib.sha256(text.encode()).hexdigest()


@given(entry=st.dictionaries(st.text(), JSON, max_size=4))
def test_any_entry_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, entry: dict):
    chain = Chain(tmp_path_factory.mktemp("chain") / "log")
    chain.append({"first": 1})
    chain.append(entry)
    assert chain.read().links[1].entry == entry


def test_every_changed_byte_is_noticed(chain: Chain):
    content = chain.path.read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 0x04
        chain.path.write_bytes(bytes(changed))
        trace = chain.read()
        assert trace.broken is not None or trace.torn, f"byte {place}"


def test_a_removed_and_an_exchanged_line_are_noticed(chain: Chain):
    lines = chain.path.read_bytes().splitlines(keepends=True)
    chain.path.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert chain.read().broken == 3
    chain.path.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    assert chain.read().broken == 1


def test_a_line_that_was_never_finished_is_said_and_then_replaced(chain: Chain):
    content = chain.path.read_bytes()
    chain.path.write_bytes(content + b'{"entry":{"what":"half')
    assert chain.read().torn
    assert len(chain.read().links) == 5
    chain.append({"what": "whole"})
    trace = chain.read()
    assert [link.entry["what"] for link in trace.links[-2:]] == ["entry 4", "whole"]
    assert not trace.torn


def test_nothing_is_added_to_a_record_whose_end_was_changed(chain: Chain):
    changed = chain.path.read_bytes().replace(b"entry 4", b"entry 9")
    chain.path.write_bytes(changed)
    with pytest.raises(OutputError, match="not as it was written"):
        chain.append({"what": "more"})
    assert chain.path.read_bytes() == changed


def test_a_line_longer_than_what_is_read_at_once_is_followed(tmp_path: Path):
    chain = Chain(tmp_path / "log")
    chain.append({"note": "x" * 300_000})
    chain.append({"note": "y" * 70_000})
    chain.append({"note": "z"})
    assert chain.read().broken is None
    assert len(chain.read().links) == 3


def test_a_folder_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        Chain(tmp_path / "file" / "log").append({})


def _append(path: Path, name: str) -> None:
    for number in range(25):
        Chain(path).append({"who": name, "number": number})


def test_several_processes_append_at_once_and_lose_nothing(tmp_path: Path):
    path = tmp_path / "log"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append, args=(path, name)) for name in ("a", "b", "c")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    trace = Chain(path).read()
    assert trace.broken is None
    for name in ("a", "b", "c"):
        assert [link.entry["number"] for link in trace.links if link.entry["who"] == name] == list(range(25))
