"""The place in a page of documentation that the tables are written into."""

from pathlib import Path

BEGIN = "<!-- tables of `python -m benchmarks accuracy`: begin -->"
END = "<!-- end -->"


def write_into(page: Path, text: str) -> None:
    """Replace what stands between `BEGIN` and `END`; the rest of the page stays as it is.

    Raises
    ------
    ValueError
        If the page has no such place.
    """
    before, begin, rest = page.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for the tables: it lies between {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")
