"""What a figure says of itself inside its file, in the forms that other programs read."""

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from PIL import Image

_SPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "sitewatch": "urn:sitewatch:chip:1",
}
# Keys of a figure's facts, and their names in Dublin Core, Adobe's and IPTC's schemes.
_NAMES = (
    ("Title", "dc:title", True),
    ("Description", "dc:description", True),
    ("Copyright", "dc:rights", True),
    ("Source", "dc:source", False),
    ("Software", "xmp:CreatorTool", False),
    ("sitewatch:credit", "photoshop:Credit", False),
    ("sitewatch:licence", "xmpRights:UsageTerms", True),
)
# Tags of EXIF 2.32.
_DESCRIPTION, _SOFTWARE, _COPYRIGHT, _EXIF, _COMMENT = 0x010E, 0x0131, 0x8298, 0x8769, 0x9286
# Characters that XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xmp(facts: Mapping[str, str]) -> str:
    """Return facts as an XMP document: Dublin Core, IPTC's credit and usage terms, and ours."""
    used = {prefix: uri for prefix, uri in _SPACES.items() if prefix not in {"x", "rdf"}}
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in used.items())
    return (
        f'<x:xmpmeta xmlns:x="{_SPACES["x"]}"><rdf:RDF xmlns:rdf="{_SPACES["rdf"]}">'
        f'<rdf:Description rdf:about="" {spaces}>{"".join(_elements(facts))}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    )


def exif(facts: Mapping[str, str]) -> Image.Exif:
    """Return facts as EXIF: description, copyright and software, and all of them as the user's comment."""
    tags = Image.Exif()
    # EXIF's own texts are ASCII by its standard; readers take UTF-8, which is what everybody writes.
    tags[_DESCRIPTION] = facts.get("Description", "").encode()
    tags[_COPYRIGHT] = facts.get("Copyright", "").encode()
    tags[_SOFTWARE] = facts.get("Software", "").encode()
    tags.get_ifd(_EXIF)[_COMMENT] = b"UNICODE\0" + plain(facts).encode("utf-16-be")
    return tags


def plain(facts: Mapping[str, str]) -> str:
    """Return facts as lines of ``key: value``."""
    return "\n".join(f"{key}: {' '.join(value.split())}" for key, value in facts.items())


def _elements(facts: Mapping[str, str]) -> Iterator[str]:
    for key, name, worded in _NAMES:
        if key in facts:
            text = _escaped(facts[key])
            if worded:
                text = f'<rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt>'
            yield f"<{name}>{text}</{name}>"
    for key, value in facts.items():
        if key.startswith("sitewatch:"):
            yield f"<{key}>{_escaped(value)}</{key}>"


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
