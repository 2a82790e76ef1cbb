"""XML of providers: elements found by their local name, whatever namespace and depth they are at."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from sitewatch.errors import SceneError


def read_xml(path: Path) -> ET.Element:
    """Read an XML file.

    Raises
    ------
    SceneError
        If it is missing or no XML.
    """
    try:
        # expat (since 2.4, of 2021) limits the growth of entities, and ElementTree fetches none from outside.
        return ET.parse(path).getroot()  # noqa: S314
    except (OSError, ET.ParseError) as error:
        raise SceneError(
            f"{path.name} cannot be read ({error})", "the product's own metadata is needed", "fetch it again"
        ) from error


def elements(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the elements of a local name, in document order."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)


def text_of(root: ET.Element, *names: str) -> str | None:
    """Return the text of the first element that has one of the names and holds text, or None."""
    for name in names:
        for element in elements(root, name):
            if element.text and element.text.strip():
                return element.text.strip()
    return None


def number_of(root: ET.Element, *names: str) -> float | None:
    """Return the number in the first element that has one of the names, or None."""
    text = text_of(root, *names)
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
