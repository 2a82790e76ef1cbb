"""The queue as the page lists it: a few words of each item, a part at a time."""

import math
from typing import Any

from sitewatch.report.words import area_words
from sitewatch.review.card import short
from sitewatch.review.desk import Desk


def rows(desk: Desk, start: int, count: int) -> dict[str, Any]:
    """Return a part of the queue.

    Returns
    -------
    dict
        ``rows``: site, kind, area in words and the reviewer's own decision ("" without one) of each item from
        `start` on; ``all``: how many items there are; ``undecided``: the first of them at or after `start`
        that is not decided, else the first of all, else null.
    """
    items = desk.session.items
    standing = desk.session.standing()
    part = items[start : start + count]
    left = [number for number, item in enumerate(items) if item.id not in standing]
    following = [number for number in left if number >= start]
    return {
        "all": len(items),
        "undecided": next(iter(following or left), None),
        "rows": [
            [
                short(desk.names.get(item.site_id or "", "") or item.site_id or ""),
                item.feature["properties"]["kind"] if desk.session.shows_opinion else "",
                area_words(float(item.feature["properties"]["area_m2"] or math.nan)),
                standing[item.id].status if item.id in standing else "",
            ]
            for item in part
        ],
    }
