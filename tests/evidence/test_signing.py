"""Signatures against OpenSSH: it checks ours, and we refuse what was changed."""

import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("cryptography")

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from benchmarks.verify import drawn_run
from sitewatch.errors import RunError, SignatureError
from sitewatch.evidence import Decision, Log, write_manifest
from sitewatch.evidence.decisions import now
from sitewatch.evidence.signing import NAMESPACE, check_signatures, private_key, sign
from sitewatch.evidence.signing.sshsig import parse
from sitewatch.evidence.verify import Findings

SSH_KEYGEN = shutil.which("ssh-keygen")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a key in every form that is read, and its public half in two."""
    folder = tmp_path_factory.mktemp("keys")
    key = ed25519.Ed25519PrivateKey.generate()
    locked = form.BestAvailableEncryption(b"secret")
    for name, style in (("ssh", form.PrivateFormat.OpenSSH), ("pem", form.PrivateFormat.PKCS8)):
        plain = key.private_bytes(form.Encoding.PEM, style, form.NoEncryption())
        (folder / name).write_bytes(plain)
        (folder / f"{name}-locked").write_bytes(key.private_bytes(form.Encoding.PEM, style, locked))
    public = key.public_key()
    ssh = public.public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH)
    (folder / "ssh.pub").write_bytes(ssh + b" ann@desk\n")
    (folder / "pem.pub").write_bytes(
        public.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    )
    (folder / "signers").write_bytes(b"ann " + ssh + b"\n")
    other = ed25519.Ed25519PrivateKey.generate().public_key()
    (folder / "other.pub").write_bytes(other.public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH))
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return drawn_run(tmp_path, sites=1, shrunk=1000)


def never() -> str:
    raise AssertionError("no passphrase is needed")


def faults(run: Path, key: Path | None = None) -> list[str]:
    found = Findings()
    check_signatures(run, found, key=key)
    return [fault.trouble for fault in found.faults]


@pytest.mark.skipif(SSH_KEYGEN is None, reason="ssh-keygen is not on this machine")
def test_openssh_checks_a_signature_of_ours(run: Path, keys: Path):
    text = sign(run, keys / "ssh", never)
    command = [str(SSH_KEYGEN), "-Y", "verify", "-f", str(keys / "signers"), "-I", "ann", "-n", NAMESPACE]
    command += ["-s", f"{text}.sig"]
    content = text.read_bytes()
    for given, code in ((content, 0), (content.replace(b"12 lines", b"13 lines"), 255)):
        done = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603 - fixed
        assert done.returncode == code, done.stderr


@pytest.mark.skipif(SSH_KEYGEN is None, reason="ssh-keygen is not on this machine")
def test_our_signature_has_the_bytes_of_openssh_s_own(run: Path, keys: Path, tmp_path: Path):
    text = sign(run, keys / "ssh", never)
    copy, key = tmp_path / "copy.txt", tmp_path / "key"
    copy.write_bytes(text.read_bytes())
    key.write_bytes((keys / "ssh").read_bytes())
    key.chmod(0o600)
    command = [str(SSH_KEYGEN), "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(copy)]
    subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - fixed words
    assert Path(f"{copy}.sig").read_text() == Path(f"{text}.sig").read_text()


def test_the_text_that_is_signed_is_a_list_that_sha256sum_reads(run: Path, keys: Path):
    sha256sum = shutil.which("sha256sum")
    if sha256sum is None:
        pytest.skip("sha256sum is not on this machine")
    text = sign(run, keys / "ssh", never)
    command = [sha256sum, "--check", "--strict", str(text)]
    done = subprocess.run(command, cwd=run, capture_output=True, check=False)  # noqa: S603 - fixed words
    assert (done.returncode, done.stdout) == (0, b"MANIFEST.sha256: OK\n")


@pytest.mark.parametrize("name", ["ssh", "pem", "ssh-locked", "pem-locked"])
def test_keys_in_every_form_sign_and_both_halves_check(run: Path, keys: Path, name: str):
    if name == "ssh-locked":
        pytest.importorskip("bcrypt")
    sign(run, keys / name, (lambda: "secret") if "locked" in name else never)
    assert faults(run, keys / "ssh.pub") == faults(run, keys / "pem.pub") == faults(run) == []


def test_another_key_did_not_sign(run: Path, keys: Path):
    assert "none holds" in faults(run, keys / "ssh.pub")[0]
    sign(run, keys / "ssh", never)
    assert "none holds" in faults(run, keys / "other.pub")[0]


def test_lines_lost_at_the_end_of_the_decisions_show(run: Path, keys: Path):
    sign(run, keys / "ssh", never)
    path = run / "review" / "decisions.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert "has lost lines: 11 are left of the 12 that were signed" in faults(run)[0]


def test_a_record_written_anew_shows(run: Path, keys: Path):
    sign(run, keys / "ssh", never)
    (run / "review" / "decisions.jsonl").unlink()
    for number in range(12):
        Log.of(run).write(Decision(change_id=f"c-{number}", reviewer="bo", status="rejected", at=now()))
    assert faults(run) == ["review/decisions.jsonl is not the one that was signed"]


def test_decisions_made_later_leave_a_signature_as_it_is(run: Path, keys: Path):
    sign(run, keys / "ssh", never)
    Log.of(run).write(Decision(change_id="c", reviewer="bo", status="rejected", at=now()))
    assert faults(run, keys / "ssh.pub") == []


def test_another_manifest_shows(run: Path, keys: Path):
    sign(run, keys / "ssh", never)
    (run / "index.html").write_text("other")
    write_manifest(run)
    assert faults(run) == ["MANIFEST.sha256 is not the one that was signed"]


@pytest.mark.parametrize("ending", ["", ".sig"])
def test_no_byte_of_a_signature_or_its_text_can_be_changed(run: Path, keys: Path, ending: str):
    path = Path(f"{sign(run, keys / 'ssh', never)}{ending}")
    before = path.read_bytes()
    for place in range(0, len(before), 7):
        after = bytearray(before)
        after[place] ^= 1
        path.write_bytes(after)
        assert faults(run), place


@pytest.mark.parametrize("ending", ["", ".sig"])
def test_half_of_a_signature_is_none(run: Path, keys: Path, ending: str):
    Path(f"{sign(run, keys / 'ssh', never)}{ending}").unlink()
    assert "cannot be read" in faults(run)[0]


def test_a_record_that_is_not_whole_is_not_signed(run: Path, keys: Path):
    path = run / "review" / "decisions.jsonl"
    path.write_bytes(path.read_bytes()[5:])
    with pytest.raises(RunError, match="is not whole"):
        sign(run, keys / "ssh", never)


def test_keys_that_cannot_be_used_are_refused_in_words(keys: Path, tmp_path: Path):
    other = rsa.generate_private_key(65537, 2048)
    style = form.PrivateFormat.PKCS8
    (tmp_path / "rsa").write_bytes(other.private_bytes(form.Encoding.PEM, style, form.NoEncryption()))
    (tmp_path / "text").write_text("hello")
    for path, word in ((tmp_path / "rsa", "another kind"), (tmp_path / "text", "none")):
        with pytest.raises(SignatureError, match=word):
            private_key(path, never)
    with pytest.raises(SignatureError, match="passphrase is wrong"):
        private_key(keys / "pem-locked", lambda: "wrong")
    with pytest.raises(SignatureError, match="public ed25519 key"):
        check_signatures(tmp_path, Findings(), key=tmp_path / "text")


@pytest.mark.parametrize("text", ["", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"])
def test_what_is_no_signature_is_not_parsed(text: str):
    with pytest.raises(ValueError, match=r"no signature|cut short"):
        parse(text)
