"""One verdict a site, and how often such a verdict is wrong.

`judge` says what was found and what could be seen; `try_elsewhere` compares the site with the same footprint
at other places (the placebo test); `control` decides over the whole list of sites.
"""

from sitewatch.verdicts.caveats import with_caveats
from sitewatch.verdicts.control import Candidate, Control, control
from sitewatch.verdicts.judge import cleared, inside_site, judge, not_judged
from sitewatch.verdicts.placebo import Placebo, footprints, try_elsewhere
from sitewatch.verdicts.pool import COLUMNS, LEAST_GROUNDS, Pool, make_pool, pool_of

__all__ = [
    "COLUMNS",
    "LEAST_GROUNDS",
    "Candidate",
    "Control",
    "Placebo",
    "Pool",
    "cleared",
    "control",
    "footprints",
    "inside_site",
    "judge",
    "make_pool",
    "not_judged",
    "pool_of",
    "try_elsewhere",
    "with_caveats",
]
