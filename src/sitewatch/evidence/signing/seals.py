"""What is signed of a run, and whether it still holds.

A signature vouches for a short text, which names the digest of the manifest and the last lines of the records
of decisions and custody at that time. The text is a list that ``sha256sum --check`` reads; its signature is
one that ``ssh-keygen -Y verify`` checks. Both lie in ``<run>/review/signatures/``. Because the text knows the
number and the digest of the last lines, lines that are lost at the end show, which a chain alone cannot tell.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sitewatch.errors import OutputError, RunError
from sitewatch.evidence.chain import Chain
from sitewatch.evidence.custody import CUSTODY
from sitewatch.evidence.decisions import DECISIONS, now
from sitewatch.evidence.manifest import MANIFEST, REVIEW
from sitewatch.evidence.signing.keys import fingerprint, holds, private_key, public_key
from sitewatch.evidence.signing.sshsig import Armoured, armour, key_blob, parse, signed_bytes
from sitewatch.evidence.verify import SIGNATURES, Fault, Findings
from sitewatch.io.digests import digest

NAMESPACE = "sitewatch"

_RECORDS = (DECISIONS, CUSTODY)
_RECORD = re.compile(rf"# {REVIEW}/([a-z]+\.jsonl): (\d+) lines, the last ([0-9a-f]{{64}})")
_LISTED = re.compile(rf"([0-9a-f]{{64}})  {re.escape(MANIFEST)}")


def sign(run: Path, key: Path, passphrase: Callable[[], str]) -> Path:
    """Sign a run as it is now.

    Parameters
    ----------
    key : Path
        Private ed25519 key in OpenSSH's or PEM form.
    passphrase : callable
        Asked if the key is encrypted.

    Returns
    -------
    Path
        The text that was signed; its signature lies beside it as ``.sig``.

    Raises
    ------
    SignatureError
        If the key cannot be used.
    RunError
        If the folder has no manifest, or a record in it is not whole.
    OutputError
        If the signature cannot be written.
    """
    private = private_key(key, passphrase)
    public = private.public_key().public_bytes_raw()
    moment = now()
    text = "".join(f"{line}\n" for line in _statement(run, moment.isoformat(), public))
    signature = private.sign(signed_bytes(text.encode(), NAMESPACE))
    path = run / REVIEW / SIGNATURES / f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}Z.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
        path.with_suffix(".txt.sig").write_text(armour(public, signature, NAMESPACE), "ascii", newline="\n")
    except OSError as error:
        raise OutputError(
            f"{path} could not be written ({error.strerror})",
            "a writable run folder is needed to keep its signatures",
            "sign a copy of the run, or make the folder writable",
        ) from error
    return path


def check_signatures(run: Path, found: Findings, *, key: Path | None = None) -> None:
    """Add to findings what the signatures of a run say.

    Parameters
    ----------
    key : Path, optional
        A public key; that it made none of the signatures is then a fault. Without it, a signature proves
        that its key vouched, not whose key it is.

    Raises
    ------
    SignatureError
        If `key` is no public key, or the library for signatures is missing although there are signatures or
        a key.
    """
    expected = public_key(key) if key is not None else None
    folder = run / REVIEW / SIGNATURES
    names = sorted({path.name.removesuffix(".sig") for path in folder.glob("*")})
    signers = [_check(run, name, found) for name in names]
    if not names:
        found.remarks.append("the run is not signed")
    if expected is not None and expected not in signers:
        found.faults.append(Fault("signatures", f"{REVIEW}/{SIGNATURES}", f"none holds that {key} made"))


def _statement(run: Path, moment: str, public: bytes) -> Iterator[str]:
    path = run / MANIFEST
    if not path.is_file():
        raise RunError(f"{run} has no {MANIFEST}", "a finished run is needed", "name the run folder")
    yield f"# What {fingerprint(key_blob(public))} vouches for, {moment}"
    for name, (number, head) in _heads(run).items():
        yield f"# {REVIEW}/{name}: {number} lines, the last {head}"
    yield f"{digest(path)}  {MANIFEST}"


def _heads(run: Path) -> Mapping[str, tuple[int, str]]:
    heads = {}
    for name in _RECORDS:
        trace = Chain(run / REVIEW / name).read()
        if trace.broken is not None or trace.torn:
            raise RunError(
                f"{run / REVIEW / name} is not whole",
                "only a record that nobody changed is worth a signature",
                "see what `sitewatch verify` says of it",
            )
        heads[name] = (len(trace.links), trace.head)
    return heads


def _check(run: Path, name: str, found: Findings) -> bytes | None:
    """Add what one signature says, and return the key that made it if it holds in every respect."""
    where = f"{REVIEW}/{SIGNATURES}/{name}"
    try:
        text = (run / where).read_bytes()
        signature = parse((run / f"{where}.sig").read_bytes().decode("ascii"))
    except (OSError, ValueError) as error:
        found.faults.append(Fault("signatures", where, f"cannot be read as a signed text ({error})"))
        return None
    troubles = list(_troubles(run, text, signature))
    found.faults += [Fault("signatures", where, trouble) for trouble in troubles]
    if troubles:
        return None
    found.remarks.append(f"{where} was signed by {fingerprint(key_blob(signature.public))} and holds")
    return signature.public


def _troubles(run: Path, text: bytes, signature: Armoured) -> Iterator[str]:
    message = signed_bytes(text, NAMESPACE)
    if signature.namespace != NAMESPACE or not holds(signature.public, signature.signature, message):
        yield "the signature does not belong to this text: one of them was changed"
        return
    said = text.decode("utf-8", errors="replace")
    listed = _LISTED.search(said)
    if listed is None or not (run / MANIFEST).is_file() or digest(run / MANIFEST) != listed[1]:
        yield f"{MANIFEST} is not the one that was signed"
    for name, number, head in _RECORD.findall(said):
        links = Chain(run / REVIEW / name).read().links
        if int(number) > len(links):
            yield f"{REVIEW}/{name} has lost lines: {len(links)} are left of the {number} that were signed"
        elif int(number) and links[int(number) - 1].sha256 != head:
            yield f"{REVIEW}/{name} is not the one that was signed"
