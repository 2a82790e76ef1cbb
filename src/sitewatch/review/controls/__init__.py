"""Controls: places of which the truth is known because they were made so, to measure each reviewer's errors.

Unchanged ones show the before image on both dates, changed ones have a drawn building in such a pair. Their
pixels lie in files of their own under ``review/controls/``, what is true of them in ``review/controls.json``,
which nothing that is sent to a reviewer is made from.
"""

from sitewatch.review.controls.key import CONTROLS, KEY, read_controls, salt
from sitewatch.review.controls.making import make_controls

__all__ = ["CONTROLS", "KEY", "make_controls", "read_controls", "salt"]
