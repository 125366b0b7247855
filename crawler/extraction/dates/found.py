"""What the collectors of this package hand to the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.extraction.dates.parsing import ParsedDate

# Weight of each place, when it says one day alone; a day's score is the sum over families (``verdict.py``).
# The order is what matters, and it follows the known traps: JSON-LD was right wherever seen; meta tags lie about the
# zone (Detik) but not about the day; microdata in the head can be a template's leftover (Okezone, 2014 on a 2020 page);
# URL digits of CNN and CNBC are the draft's; a text phrase tells when things happened, mostly the day of the story.
WEIGHTS = {
    "json-ld": 7.0,
    "meta": 6.0,
    "feed": 6.0,
    "selector": 8.0,
    "microdata": 4.0,
    "time": 4.5,
    "visible": 4.5,
    "url": 4.0,
    "url-id": 1.5,
    "sitemap": 4.0,
    "index": 3.0,
    "script": 3.0,
    "text": 2.5,
    "above": 2.5,  # a day without a clock right above the headline: accepted alone, outvoted by anything better
    "caption": 2.0,
    "created": 1.5,
}


@dataclass(slots=True)
class Found:
    """One date found on a page. ``family`` groups places that are filled from one field (they count once);
    ``weight`` 0 means that it is kept as evidence only, with ``why``. ``role`` is "published" or "modified";
    "support" can strengthen a day but never be the answer (a day without a year, a month in a URL)."""

    source: str
    family: str
    raw: str
    reading: ParsedDate
    weight: float
    why: str = ""
    role: str = "published"
    shown: ParsedDate | None = None  # of an element that carries an instant: what readers see of it
