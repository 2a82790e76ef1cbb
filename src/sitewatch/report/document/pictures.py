"""The figures of a report, with the facts in their metadata and the words for those who cannot see them."""

import io

from PIL import Image

from sitewatch.report.chips import Chip
from sitewatch.report.chips.facts import credit_lines
from sitewatch.report.chips.files import jpeg_bytes
from sitewatch.report.chips.painting import paint
from sitewatch.report.chips.sheet import Panel, Sheet
from sitewatch.report.chips.vector import path
from sitewatch.report.document.material import Ground
from sitewatch.report.document.records import Figure, Outline, Picture, Swipe
from sitewatch.report.document.sentences import map_caption, said

_QUALITY = 88
# Between the name of a date and the date, in the heading of a panel.
_DOT = " \N{MIDDLE DOT} "


def change_figure(change_id: str, chip: Chip, site: str, number: int) -> Figure:
    """Make the figure of a change: before beside after, and both for a swipe."""
    sheet = chip.sheets[0]
    caption, _, _ = chip.caption.partition(" Credit: ")
    alt = f"Before and after of change {change_id}: {chip.facts['Title']}. {chip.facts['Description']}"
    before, after = (placed.panel for placed in sheet.panels[:2])
    return Figure(
        number=number,
        title=said(f"{chip.facts['Title'].partition(':')[0]}, {site} ({change_id})", 300),
        caption=said(f"{caption} SHA-256 of the panels' own pixels {chip.sha256}.", 3000),
        credits=tuple(said(line, 3100) for line in chip.credits),
        picture=_picture(sheet, dict(chip.facts), said(alt, 900)),
        swipe=Swipe(
            _plain(before, chip, "Before"),
            _plain(after, chip, "After"),
            tuple(
                Outline(path(drawn.shape), "#{:02x}{:02x}{:02x}".format(*drawn.stroke.colour))
                for drawn in before.shapes
            ),
        ),
    )


def map_figure(ground: Ground, name: str, number: int) -> Figure:
    """Make the map of a ground."""
    scenes = (ground.pair.before, ground.pair.after)
    credits = tuple(said(line, 3100) for line in credit_lines(scenes))
    caption = map_caption(ground, name)
    facts = {"Title": f"Map: {name}", "Description": caption, "Copyright": " ".join(credits)}
    return Figure(
        number=number,
        title=f"Map: {name}",
        caption=caption,
        credits=credits,
        picture=_picture(ground.map, facts, f"Map on satellite imagery. {caption}"),
    )


def _picture(sheet: Sheet, facts: dict[str, str], alt: str) -> Picture:
    image = paint(sheet)
    width_mm = image.width / sheet.size.dpi * 25.4
    return Picture(
        jpeg_bytes(image, facts, sheet.size.dpi, quality=_QUALITY), image.width, image.height, width_mm, alt
    )


def _plain(panel: Panel, chip: Chip, name: str) -> Picture:
    image = Image.fromarray(panel.pixels)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, comment=chip.facts["Copyright"].encode()[:60_000])
    alt = f"{name}: {panel.heading.rpartition(_DOT)[2]}"
    return Picture(out.getvalue(), image.width, image.height, image.width / chip.dpi * 25.4, alt)
