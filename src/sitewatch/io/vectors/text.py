"""Text files as people's programs write them: with or without a byte order mark, UTF-8 or not."""

from pathlib import Path

from sitewatch.errors import VectorError


def contents(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    VectorError
        If it is missing, a folder, unreadable, or empty.
    """
    require_contents(path)
    return path.read_bytes()


def require_contents(path: Path) -> None:
    """Refuse a file that is missing, a folder, unreadable, or empty, without reading all of it.

    Raises
    ------
    VectorError
    """
    try:
        with path.open("rb") as file:
            start = file.read(1)
    except OSError as error:
        raise unreadable(path, error) from error
    if not start:
        raise VectorError(f"{path.name} is empty (0 bytes)", "a file with places is needed", "fetch it again")


def unreadable(path: Path, error: OSError) -> VectorError:
    """Say why the system does not give a file."""
    reason = (error.strerror or type(error).__name__).lower()
    return VectorError(
        f"{path} cannot be read ({reason})", "a readable vector file is needed", "check the path"
    )


def decoded(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return a text file's text, and a note where its encoding had to be guessed.

    UTF-8 and UTF-16 (with a byte order mark) are sure; anything else is taken as Windows-1252, what
    spreadsheets on western Windows write.

    Raises
    ------
    VectorError
        If the file cannot be read.
    """
    data = contents(path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), ()
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        note = "the file is not UTF-8; its text was read as Windows-1252"
        return data.decode("cp1252", errors="replace"), (note,)
