"""Alarms of 60 simulated days of 20 outlets: planted breakages found, and false alarms.

    python -m bench.alarms [--seeds 11 12 13 …]

Outlets differ in size (4 to 150 articles a day), weekends, regularity, lengths, shares of dated and signed articles.
The noise: working days that differ, weekends, four holidays, a war that flares up for two weeks. 15 breakages of eleven
kinds, each of five days. Found is one that any alarm of its outlet names on its first day or the next. Constants were
chosen on seeds 1 to 5; others are for reporting.
"""

from __future__ import annotations

import argparse
import math
import random
from dataclasses import dataclass

from crawler.crawl.alarms import Day, judge

OUTLETS, DAYS, BREAKAGES, LASTS = 20, 60, 15, 5
FIRST = 15  # day on which the first breakage may be
AFTER = 10  # days after a breakage in which its outlet is not as before, and no alarm is counted as false
KINDS = (
    "selector", "date format", "comments", "block page", "paywall", "feed stops", "index repeats", "robots", "author",
    "errors", "feed thins",
)  # fmt: skip


@dataclass(frozen=True)
class Outlet:
    """What is usual."""

    found: float
    weekend: float
    regular: float
    kept: float
    dated: float
    signed: float
    words: float
    agreement: float


def outlet(draw: random.Random) -> Outlet:
    return Outlet(
        found=math.exp(draw.uniform(math.log(4), math.log(150))),
        weekend=draw.uniform(0.3, 0.9),
        regular=draw.uniform(8, 40),
        kept=draw.uniform(0.05, 0.3),
        dated=draw.choice((0.8, 0.95, 0.99, 1.0)),
        signed=draw.choice((0.3, 0.7, 0.9, 0.98)),
        words=draw.uniform(150, 500),
        agreement=draw.uniform(0.85, 0.98),
    )


def binomial(draw: random.Random, n: int, share: float, spread: float = 0.01) -> int:
    """With a share that differs from day to day."""
    share = min(max(share, 0.001), 0.999)
    scale = (1 - spread) / spread
    own = draw.betavariate(share * scale, (1 - share) * scale)
    return sum(draw.random() < own for _ in range(n))


def day(draw: random.Random, usual: Outlet, number: int, *, holiday: bool, flare: float, broken: str | None) -> Day:
    weekend = number % 7 in (5, 6)
    mean = usual.found * (usual.weekend if weekend else 1.0) * (0.35 if holiday else 1.0)
    mean *= {"feed stops": 0.0, "feed thins": 0.15}.get(broken or "", 1.0)
    mean = draw.gammavariate(usual.regular, mean / usual.regular) if mean else 0.0
    found = sum(draw.random() < mean / (10 * mean + 10) for _ in range(int(10 * mean + 10))) if mean else 0
    tried = found
    barred = tried if broken == "robots" else 0
    failed = binomial(draw, tried - barred, 0.9 if broken == "errors" else 0.02)
    fetched = tried - barred - failed
    blocked = binomial(draw, fetched, 0.9) if broken == "block page" else 0
    read = binomial(draw, fetched - blocked, min(0.9, usual.kept * 2 * flare), 0.05)
    kept = 0 if broken == "selector" and draw.random() < 0.3 else binomial(draw, read, 0.5, 0.05)
    length = math.log(usual.words) + {"comments": 0.8, "selector": -1.2, "paywall": -1.3}.get(broken or "", 0.0)
    agreement = usual.agreement - {"comments": 0.2, "selector": 0.4}.get(broken or "", 0.0)
    listed = 6
    return Day(
        {
            "found": found,
            "fetched": fetched,
            "failed": failed,
            "lost": failed,
            "tried": tried,
            "barred": barred,
            "blocked": blocked,
            "read": read,
            "kept": kept,
            "dated": binomial(draw, read, 0.02 if broken == "date format" else usual.dated),
            "authored": binomial(draw, read, 0.05 if broken in ("author", "selector") else usual.signed),
            "shrunk": binomial(draw, fetched, 0.5) if broken == "paywall" else binomial(draw, fetched, 0.003),
            "log words": sum(draw.gauss(length, 0.55) for _ in range(read)),
            "read twice": kept,
            "agreement": sum(min(1.0, draw.gauss(agreement, 0.08)) for _ in range(kept)),
            "listed": listed,
            "repeated": 5 if broken == "index repeats" else binomial(draw, listed, 0.02),
        },
        weekend=weekend,
        crawled=draw.random() > 0.01,
    )


def simulate(seed: int, *, told: bool = False) -> tuple[int, int]:
    """Breakages found within a day, and false alarms (first days of an outlet's measure)."""
    draw = random.Random(seed)
    outlets = [outlet(draw) for _ in range(OUTLETS)]
    chosen = draw.sample(range(OUTLETS), BREAKAGES)
    broken = {
        one: (KINDS[number % len(KINDS)], draw.randrange(FIRST, DAYS - LASTS)) for number, one in enumerate(chosen)
    }
    holidays = set(draw.sample(range(DAYS), 4))
    flares = {number: 2.0 if 25 <= number < 39 else 1.0 for number in range(DAYS)}
    found: set[int] = set()
    false = 0
    past: dict[str, list[Day]] = {str(one): [] for one in range(OUTLETS)}
    ringing: dict[str, set[str]] = {str(one): set() for one in range(OUTLETS)}
    for number in range(DAYS):
        for one, usual in enumerate(outlets):
            kind, start = broken.get(one, (None, DAYS))
            here = kind if start <= number < start + LASTS else None
            made = day(draw, usual, number, holiday=number in holidays, flare=flares[number], broken=here)
            past[str(one)] = [made, *past[str(one)][:28]]
        raised = judge(past)
        for one, usual in enumerate(outlets):
            _, start = broken.get(one, (None, DAYS))
            mine = [alarm for alarm in raised if alarm.outlet == str(one)]
            names = {alarm.measure for alarm in mine}
            if start <= number <= start + 1 and names:
                found.add(one)
            elif not start <= number < start + LASTS + AFTER:
                false += len(names - ringing[str(one)])
                if told and names - ringing[str(one)]:
                    print(f"  day {number}{' holiday' if number in holidays else ''}, {usual.found:.0f} a day:", *mine)
            ringing[str(one)] = names
    if told:
        for one in sorted(set(broken) - found):
            usual = outlets[one]
            print(f"  missed: {broken[one][0]}; {usual.found:.0f} a day, {usual.kept:.2f} kept, {usual.signed} signed")
    return len(found), false


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(11, 21)))
    parser.add_argument("--verbose", action="store_true", help="name what was missed and each false alarm")
    opts = parser.parse_args()
    print(f"| seed | of {BREAKAGES} breakages found within a day | false alarms |\n|---|---|---|")
    for seed in opts.seeds:
        found, false = simulate(seed, told=opts.verbose)
        print(f"| {seed} | {found} | {false} |", flush=True)


if __name__ == "__main__":
    main()
