"""Styles of the GeoPackage's layers for QGIS (QML, read by QGIS 3.4 and later).

Colours are those of the figures, told apart under colour blindness; each kind has a line and a fill pattern
of its own as well, for prints without colour.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from sitewatch.records import KINDS
from sitewatch.report.words import KIND_COLOURS, KIND_TITLES, VERDICT_TITLES

# Pen styles of Qt by kind, and brush styles.
_LINES = {"construction": "solid", "burning": "dash", "demolition": "dot", "other": "dash dot"}
_FILLS = {
    "construction": "horizontal",
    "burning": "b_diagonal",
    "demolition": "diagonal_x",
    "other": "dense7",
}
_DARK, _GREY, _WHITE = "25,25,25", "120,120,120", "255,255,255"
_VERDICTS = {
    "change": ("213,94,0", "solid"),
    "no_visible_change": ("0,114,178", "solid"),
    "not_assessable": (_GREY, "dash"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Features that `condition` (of QGIS's expressions) holds for are drawn by `layers`, lowest first."""

    label: str
    condition: str
    layers: tuple[str, ...]


def changes_style() -> str:
    """Return the style of changes: a kind a colour, line and fill; rejected ones grey and thin."""
    kinds = [
        Rule(
            KIND_TITLES[kind],
            f"\"review_status\" <> 'rejected' AND \"kind\" = '{kind}'",
            (
                _fill(_rgb(KIND_COLOURS[kind]), _FILLS[kind]),
                _line(_DARK, 1.1, "solid"),
                _line(_rgb(KIND_COLOURS[kind]), 0.6, _LINES[kind]),
            ),
        )
        for kind in KINDS
    ]
    rejected = Rule("Rejected by reviewers", "\"review_status\" = 'rejected'", (_line(_GREY, 0.3, "dot"),))
    return _qml([*kinds, rejected])


def outlines_style() -> str:
    """Return the style of outlines that reviewers replaced."""
    return _qml([Rule("Outline as detected", "", (_line(_DARK, 0.3, "dot"),))])


def sites_style() -> str:
    """Return the style of sites: a verdict a colour and line, with the site's name."""
    return _qml(
        [
            Rule(
                VERDICT_TITLES[verdict],
                f"\"verdict\" = '{verdict}'",
                (_line(_WHITE, 1.4, "solid"), _line(*_paint(verdict))),
            )
            for verdict in VERDICT_TITLES
        ],
        label="name",
    )


def scenes_style() -> str:
    """Return the style of the scenes' footprints."""
    return _qml([Rule("Footprint of a scene", "", (_line(_GREY, 0.3, "dash"),))])


def damage_style(column: str, classes: Iterable[tuple[str, str]]) -> str:
    """Return a style of outlines by the classes of one column: (value, colour as ``r,g,b``)."""
    return _qml(
        [
            Rule(
                value, f"\"{column}\" = '{value}'", (_line(_DARK, 1.1, "solid"), _line(colour, 0.6, "solid"))
            )
            for value, colour in classes
        ]
    )


def points_style(column: str, classes: Iterable[tuple[str, str, str]]) -> str:
    """Return a style of points by the classes of one column: (value, label, colour as ``r,g,b``)."""
    return _qml(
        [Rule(label, f'"{column}" = {value}', (_marker(colour),)) for value, label, colour in classes],
        symbol="marker",
    )


def _paint(verdict: str) -> tuple[str, float, str]:
    colour, line = _VERDICTS[verdict]
    return colour, 0.7, line


def _rgb(colour: Sequence[int]) -> str:
    return ",".join(map(str, colour))


def _layer(kind: str, options: dict[str, str]) -> str:
    # QGIS before 3.26 reads `prop`, later ones `Option`; both are written by the versions in between.
    new = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in options.items())
    old = "".join(f'<prop k="{key}" v="{value}"/>' for key, value in options.items())
    body = f'<Option type="Map">{new}</Option>{old}'
    return f'<layer class="{kind}" enabled="1" locked="0" pass="0">{body}</layer>'


def _line(colour: str, width_mm: float, pen: str) -> str:
    return _layer(
        "SimpleLine",
        {
            "line_color": f"{colour},255",
            "line_style": pen,
            "line_width": str(width_mm),
            "line_width_unit": "MM",
            "joinstyle": "bevel",
        },
    )


def _fill(colour: str, brush: str) -> str:
    return _layer("SimpleFill", {"color": f"{colour},170", "style": brush, "outline_style": "no"})


def _marker(colour: str) -> str:
    return _layer(
        "SimpleMarker",
        {
            "color": f"{colour},255",
            "outline_color": f"{_DARK},255",
            "name": "circle",
            "size": "3",
            "size_unit": "MM",
        },
    )


def _qml(rules: Sequence[Rule], *, symbol: str = "fill", label: str = "") -> str:
    listed = "".join(
        f'<rule key="rule{number}" symbol="{number}" label="{escape(rule.label)}" '
        f'filter="{escape(rule.condition)}"/>'
        for number, rule in enumerate(rules)
    )
    symbols = "".join(
        f'<symbol type="{symbol}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f"{''.join(rule.layers)}</symbol>"
        for number, rule in enumerate(rules)
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="3.22" styleCategories="Symbology|Labeling" labelsEnabled="{int(bool(label))}">'
        f'<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">'
        f'<rules key="root">{listed}</rules><symbols>{symbols}</symbols></renderer-v2>'
        f"{_labels(label) if label else ''}</qgis>\n"
    )


def _labels(column: str) -> str:
    return (
        f'<labeling type="simple"><settings calloutType="simple"><text-style fieldName="{column}" '
        f'fontFamily="Sans" fontSize="10" fontSizeUnit="Point" textColor="{_DARK},255" textOpacity="1" '
        f'isExpression="0"><text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" '
        f'bufferColor="{_WHITE},255" bufferOpacity="1" bufferJoinStyle="128"/></text-style>'
        '<placement placement="4" polygonPlacementFlags="2"/>'
        '<rendering drawLabels="1" obstacle="0" displayAll="1"/></settings></labeling>'
    )
