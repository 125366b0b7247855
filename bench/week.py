"""Eight days of twelve outlets on loopback, each with a trouble of its own: is everything stored, and is it all named?

The clock of crawls and outlets is set to a day and an hour; two crawls a day, each a process of its own, on SQLite.

    python -m bench.week [DAYS]
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from pathlib import Path

from tests.spiders.running import Place
from tests.spiders.troubled import KINDS, Calendar, Daily, TroubledRoom, Week

DAYS = 8
HOURS = (7, 19)  # of each day's crawls, WIB


def main(days: int = DAYS) -> None:
    """Run the days and print two tables."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        TroubledRoom(Calendar(), days, [(kind, None) for kind in KINDS]) as room,
    ):
        week = Week(room, Place.below(Path(folder)))
        week.run(days, HOURS)
        codes = [said.code for each in week.said.values() for said in each]
        print(f"{len(codes)} crawls, exit codes {sorted(set(codes))}, {len(room.log)} requests,", end=" ")
        print(f"{time.monotonic() - began:.0f} s\n")
        print("| outlet | what befalls it | day | what the day's summaries say |\n|---|---|---|---|")
        for site in room.news_sites:
            assert isinstance(site, Daily)
            if site.on <= days:
                said = "; ".join(_named(week, site))
                print(f"| {site.id} | {(site.__doc__ or '').splitlines()[0]} | {site.on} | {said} |")
        print("\n| outlet | published | stored | twice | with all its text |\n|---|---|---|---|---|")
        for outlet, stored in week.stored().items():
            print(f"| {outlet} | {stored.published} | {stored.stored} | {stored.twice} | {stored.whole} |")


def _named(week: Week, site: Daily) -> list[str]:
    told = week.told(site.on, site.id)
    found = [next((line for line in told if re.search(pattern, line)), None) for pattern in site.tells]
    short = [re.sub(r"^[\w ]+,? [\w-]+: |http://[\d.:]+", "", line) for line in found if line]
    return [*short, *(f"**not named**: {tell}" for tell, line in zip(site.tells, found, strict=True) if line is None)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
