"""``verify``, ``sign`` and ``redact`` as they are typed."""

import json
from pathlib import Path

import pytest

from benchmarks.verify import drawn_run
from sitewatch.cli import run as command
from sitewatch.evidence import custody


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return drawn_run(tmp_path, sites=1, shrunk=1000)


def acts(folder: Path) -> list[str]:
    return [link.entry["act"] for link in custody(folder).read().links]


def test_a_whole_run_passes_and_a_changed_file_is_named(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert command(["verify", str(folder), "--by", "ann"]) == 0
    assert capsys.readouterr().out.endswith("whole\n")
    (folder / "index.html").write_text("other")
    assert command(["verify", str(folder)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == ["index.html: changed", "not whole, 1 faults"]
    assert command(["verify", str(folder), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["faults"] == [
        {"part": "files", "name": "index.html", "trouble": "changed"}
    ]
    assert acts(folder) == ["made", "verified", "verified", "verified"]
    last = custody(folder).read().links
    assert (last[1].entry["by"], last[1].entry["whole"], last[2].entry["whole"]) == ("ann", True, False)


def test_what_never_was_a_run_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert command(["verify", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_a_run_is_signed_and_its_key_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]):
    form = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    key = ed25519.Ed25519PrivateKey.generate()
    private, public = folder.parent / "key", folder.parent / "key.pub"
    style = form.PrivateFormat.OpenSSH
    private.write_bytes(key.private_bytes(form.Encoding.PEM, style, form.NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH))
    assert command(["verify", str(folder), "--key", str(public)]) == 1
    assert command(["sign", str(folder), "--key", str(private), "--by", "ann"]) == 0
    assert command(["verify", str(folder), "--key", str(public)]) == 0
    assert "and holds" in capsys.readouterr().out
    assert acts(folder) == ["made", "verified", "signed", "verified"]


def test_redact_needs_somewhere_to_write_or_something_to_check(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert command(["redact", str(folder)]) == 2
    assert "either --out DIR or --check FILE" in capsys.readouterr().err
