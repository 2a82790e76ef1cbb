"""Ed25519 keys as OpenSSH and OpenSSL keep them. The only room that knows `cryptography`."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sitewatch.errors import SignatureError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"


def private_key(path: Path, passphrase: Callable[[], str]) -> "Ed25519PrivateKey":
    """Read a private key from an OpenSSH or PEM file.

    Parameters
    ----------
    passphrase : callable
        Asked once, and only if the file is encrypted.

    Raises
    ------
    SignatureError
        If the file is no such key, the passphrase is wrong, or `cryptography` is not installed.
    """
    ed25519, serialization = _library()
    from cryptography.exceptions import UnsupportedAlgorithm

    content = _content(path)
    load = (
        serialization.load_ssh_private_key
        if content.lstrip().startswith(_SSH)
        else serialization.load_pem_private_key
    )
    try:
        try:
            key = load(content, None)
        except TypeError:
            key = load(content, passphrase().encode())
    except ValueError as error:
        raise _unfit(path, "private", "it is none, or the passphrase is wrong") from error
    except UnsupportedAlgorithm as error:
        raise SignatureError(
            f"{path} is encrypted in a way that cannot be read here",
            "bcrypt is needed for encrypted OpenSSH keys",
            "pip install 'sitewatch[sign]'",
        ) from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise _unfit(path, "private", "it is of another kind")
    found: Ed25519PrivateKey = key
    return found


def public_key(path: Path) -> bytes:
    """Read the 32 bytes of a public key from an OpenSSH (``.pub``) or PEM file.

    Raises
    ------
    SignatureError
        If the file is no such key, or `cryptography` is not installed.
    """
    ed25519, serialization = _library()
    content = _content(path)
    pem = content.lstrip().startswith(b"-----BEGIN PUBLIC KEY-----")
    load = serialization.load_pem_public_key if pem else serialization.load_ssh_public_key
    try:
        key = load(content)
    except ValueError as error:
        raise _unfit(path, "public", "it is none") from error
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise _unfit(path, "public", "it is of another kind")
    return bytes(key.public_bytes_raw())


def holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether a signature is that of a key under a message.

    Raises
    ------
    SignatureError
        If `cryptography` is not installed.
    """
    ed25519, _ = _library()
    from cryptography.exceptions import InvalidSignature

    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(blob: bytes) -> str:
    """Return the fingerprint of a public key as OpenSSH writes it: ``SHA256:`` and 43 letters.

    Parameters
    ----------
    blob : bytes
        The key as OpenSSH sends it (`sshsig.key_blob`).
    """
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _library() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise SignatureError(
            "the library for signatures is not installed",
            "signing a run and checking signatures needs it",
            "pip install 'sitewatch[sign]'",
        ) from error
    return ed25519, serialization


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unfit(path, "", f"it cannot be read: {error.strerror}") from error


def _unfit(path: Path, which: str, why: str) -> SignatureError:
    return SignatureError(
        f"{path} cannot be used ({why})",
        f"a{' ' + which if which else ''} ed25519 key is needed, in OpenSSH's or PEM form",
        "make one with: ssh-keygen -t ed25519 -f KEY",
    )
