"""Signatures in the form of OpenSSH, which ``ssh-keygen -Y verify`` checks (PROTOCOL.sshsig of OpenSSH)."""

import base64
import hashlib
import struct
import textwrap
from dataclasses import dataclass

_MAGIC, _VERSION, _KIND, _HASH = b"SSHSIG", 1, b"ssh-ed25519", b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"


@dataclass(frozen=True, slots=True)
class Armoured:
    """A signature read from its file: who says to have made it, and for what.

    Attributes
    ----------
    public : bytes
        The signer's key, 32 bytes.
    namespace : str
        What the signature is meant for.
    signature : bytes
    """

    public: bytes
    namespace: str
    signature: bytes


def key_blob(public: bytes) -> bytes:
    """Return an ed25519 key as OpenSSH sends it."""
    return _string(_KIND) + _string(public)


def signed_bytes(message: bytes, namespace: str) -> bytes:
    """Return what is signed for a message."""
    body = _string(namespace.encode()) + _string(b"") + _string(_HASH)
    return _MAGIC + body + _string(hashlib.sha512(message).digest())


def armour(public: bytes, signature: bytes, namespace: str) -> str:
    """Return the text of a ``.sig`` file."""
    blob = _MAGIC + struct.pack(">I", _VERSION) + _string(key_blob(public)) + _string(namespace.encode())
    blob += _string(b"") + _string(_HASH) + _string(_string(_KIND) + _string(signature))
    lines = textwrap.wrap(base64.b64encode(blob).decode(), 70)
    return "\n".join([_BEGIN, *lines, _END]) + "\n"


def parse(text: str) -> Armoured:
    """Read the text of a ``.sig`` file.

    Raises
    ------
    ValueError
        If it is none, or not one of an ed25519 key.
    """
    lines = text.strip().split("\n")
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise ValueError("no signature")
    blob = base64.b64decode("".join(lines[1:-1]), validate=True)
    if blob[:6] != _MAGIC or blob[6:10] != struct.pack(">I", _VERSION):
        raise ValueError("no signature of a known form")
    key, namespace, _, method, signature = _strings(blob[10:], 5)
    (kind, public), (made, value) = _strings(key, 2), _strings(signature, 2)
    if {kind, made} != {_KIND} or method != _HASH:
        raise ValueError("not a signature of an ed25519 key with SHA-512")
    found = Armoured(public, namespace.decode(), value)
    if armour(found.public, found.signature, found.namespace) != text:
        raise ValueError("not a signature as it was written")
    return found


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _strings(blob: bytes, number: int) -> list[bytes]:
    found = []
    for _ in range(number):
        if len(blob) < 4:
            raise ValueError("cut short")
        (length,) = struct.unpack(">I", blob[:4])
        found.append(blob[4 : 4 + length])
        if len(found[-1]) != length:
            raise ValueError("cut short")
        blob = blob[4 + length :]
    if blob:
        raise ValueError("longer than it says")
    return found
