"""Outlets that are not as they were: after each run every outlet is held against its own days before.

A day is the 24 hours up to a run's start; what several runs did in it is added up. Shares (dated articles, block
pages …) are judged by the beta-binomial distribution that the days before fit; numbers of found articles by the
negative binomial one, working days and weekends apart, and less is expected where most outlets publish less; lengths
and agreements by their distance from the median in robust deviations. An alarm is improbable (``PROBABILITY``) and
large enough to matter (``Rule.least``).
``bench/alarms.py`` measures it on 60 days of 20 outlets with planted breakages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import fmean, median
from typing import Any

from crawler.crawl.silence import Summary, asked_for

DAY = 86_400.0  # seconds
DAYS = 28  # looked back
FEWEST = 7  # days with data before anything is said
# Of a day like this, below which it is an alarm.
PROBABILITY = 5e-4
POOLED = (1, 2, 3)  # days judged together: small outlets say little in one
LEAST_DISPERSION = 0.02  # of shares (beta-binomial rho) and
MOST_REGULAR = 8.0  # of counts (negative binomial r): no outlet is as regular as pure chance
SILENCE = 2e-3  # the same of a day without any article, where no day before was without
CROWD = 5  # outlets, from which a day on which most of them publish less is a holiday
QUIET_FROM = 5.0  # articles a day, of outlets that tell it
QUIETEST = 0.25  # of the usual: where less is found everywhere, it is no holiday
WEEKEND = (5, 6)  # Saturday and Sunday
OUTLET_ZONE = timedelta(hours=7)  # whose weekend it is: western Indonesia's


@dataclass(frozen=True, slots=True)
class Rule:
    """A measure: ``part`` of ``whole`` (counters of ``RunStatistics``), which side is bad, and how far off matters."""

    name: str
    part: str
    whole: str
    low: bool = True  # a fall is an alarm; otherwise a rise
    least: float = 0.25  # difference of shares


SHARES = (
    Rule("kept", "kept", "fetched", least=0.3),
    Rule("dated", "dated", "read"),
    Rule("with author", "authored", "read"),
    Rule("block pages", "blocked", "fetched", low=False),
    Rule("failed", "lost", "tried", low=False),
    Rule("shrunk", "shrunk", "fetched", low=False, least=0.15),
    Rule("barred by robots.txt", "barred", "tried", low=False),
    Rule("repeated index pages", "repeated", "listed", low=False),
)


@dataclass(frozen=True, slots=True)
class Means:
    """A measure that is a mean of logarithms or of shares: sums in ``part``, their number in ``whole``."""

    name: str
    part: str
    whole: str
    spread: float  # standard deviation of a single article's value
    floor: float  # of the deviation of a day's mean
    least: float  # difference that matters
    both: bool  # whether a rise is one, too
    shown: Callable[[float], float] = float


MEANS = (
    # Lengths of an outlet's articles differ by a factor of 1.8 (one deviation); a comment section doubles them.
    Means("words", "log words", "read", 0.6, 0.08, math.log(1.4), True, lambda value: round(math.exp(value))),
    Means("readers' agreement", "agreement", "read twice", 0.1, 0.03, 0.1, False),
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One outlet and measure: what was expected (from, to), what was seen in how many days, and a page to look at."""

    outlet: str
    measure: str
    low: float
    high: float
    seen: float
    days: int = 1
    page: str | None = None

    def __str__(self) -> str:
        """For people: "kompas: dated 0.02, expected 0.91 to 1; look at https://…"."""
        over = "" if self.days == 1 else f" over {self.days} days"
        look = f"; look at {self.page}" if self.page else ""
        return f"{self.outlet}: {self.measure} {self.seen:g}{over}, expected {self.low:g} to {self.high:g}{look}"


@dataclass(slots=True)
class Day:
    """The counters of one outlet in 24 hours, and whether they were a weekend."""

    counts: dict[str, float] = field(default_factory=dict)
    weekend: bool = False
    crawled: bool = False


def alarms(
    outlets: Mapping[str, Mapping[str, float]],
    summaries: Iterable[Summary],
    arguments: Mapping[str, Any],
    now: float,
    pages: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Alarm]:
    """The alarms of a run that started at ``now`` (seconds since the epoch) and counted ``outlets``.

    ``summaries`` are those of earlier runs; only runs that asked for the same are compared. ``pages`` names a page to
    look at by outlet and measure.
    """
    same = [
        (start, _sums(summary))
        for start, given, summary in summaries
        if asked_for(given) == asked_for(arguments) and isinstance(summary.get("outlets"), Mapping) and start < now
    ]
    return judge({outlet: _days(outlet, counts, same, now) for outlet, counts in sorted(outlets.items())}, pages)


def judge(outlets: Mapping[str, Sequence[Day]], pages: Mapping[str, Mapping[str, str]] | None = None) -> list[Alarm]:
    """The alarms of outlets; each one's days are this one and those before it, newest first."""
    quiet = [_quiet(outlets.values(), number) for number in range(max(POOLED))]
    made = []
    for outlet, days in outlets.items():
        if not days or not days[0].crawled:
            continue
        look = (pages or {}).get(outlet, {})
        found = [
            *_of_counts(days, quiet),
            *(alarm for rule in SHARES for alarm in _of_share(rule, days)),
            *(alarm for means in MEANS for alarm in _of_mean(means, days)),
        ]
        made += [
            Alarm(outlet, name, round(low, 3), round(high, 3), round(seen, 3), over, look.get(name))
            for name, low, high, seen, over in found
        ]
    return made


def _quiet(outlets: Iterable[Sequence[Day]], number: int) -> float:
    """How much less than usual all outlets together publish on a day: 1, or below it on a holiday."""
    ratios = []
    for days in outlets:
        past = [day for day in days[number + 1 :] if day.crawled]
        if len(past) >= FEWEST and days[number].crawled:
            expected = _usual(past)[days[number].weekend]
            if expected >= QUIET_FROM:
                ratios.append(days[number].counts.get("found", 0) / expected)
    return min(1.0, max(QUIETEST, median(ratios))) if len(ratios) >= CROWD else 1.0


def _usual(past: Sequence[Day]) -> dict[bool, float]:
    """Found articles of a weekend's day (True) and a working day."""
    found = [day.counts.get("found", 0) for day in past]
    mean = fmean(found)
    return {
        kind: mean * _factor([n for n, day in zip(found, past, strict=True) if day.weekend is kind], mean)
        for kind in (True, False)
    }


def _sums(summary: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """What a run's summary counted of each outlet."""
    measures = summary.get("measures") or {}
    return {outlet: {**counts, **measures.get(outlet, {})} for outlet, counts in summary["outlets"].items()}


_Found = tuple[str, float, float, float, int]


def _days(
    outlet: str, counts: Mapping[str, float], runs: Sequence[tuple[float, Mapping[str, Any]]], now: float
) -> list[Day]:
    days = [Day(weekend=_is_weekend(now - number * DAY)) for number in range(DAYS + 1)]
    for start, outlets in [*runs, (now, {outlet: counts})]:
        number = int((now - start) // DAY)
        if number <= DAYS and outlet in outlets:
            day = days[number]
            day.crawled = True
            for name, count in outlets[outlet].items():
                day.counts[name] = day.counts.get(name, 0) + count
    for day in days:
        told = day.counts.get
        day.counts["lost"] = told("failed", 0) + told("put off", 0)
        day.counts["tried"] = told("fetched", 0) + told("failed", 0) + told("put off", 0) + told("barred", 0)
    return days


def _is_weekend(moment: float) -> bool:
    return (datetime.fromtimestamp(moment, UTC) + OUTLET_ZONE).weekday() in WEEKEND


def _of_counts(days: Sequence[Day], quiet: Sequence[float]) -> list[_Found]:
    """Fewer found articles than on the days before."""
    for over in POOLED:
        now, past = days[:over], [day for day in days[over:] if day.crawled]
        if len(past) < FEWEST or not all(day.crawled for day in now):
            return []
        found, usual = [day.counts.get("found", 0) for day in past], _usual(past)
        if not any(found):
            return []
        regular = _regularity(found, [usual[day.weekend] for day in past])
        expected = sum(usual[day.weekend] * less for day, less in zip(now, quiet, strict=False))
        seen = sum(day.counts.get("found", 0) for day in now)
        chance = _at_most(seen, regular * over, expected)
        silent = not seen and min(found) > 0 and chance < SILENCE
        if silent or (seen < expected / 2 and chance < PROBABILITY):
            low, high = (_quantile(regular * over, expected, at) for at in (0.01, 0.99))
            return [("found", low, high, seen, over)]
    return []


def _factor(found: Sequence[float], mean: float) -> float:
    """How these days differ from all of them, drawn towards 1 by the weight of two days."""
    return (sum(found) + 2 * mean) / ((len(found) + 2) * mean) if mean else 1.0


def _regularity(found: Sequence[float], expected: Sequence[float]) -> float:
    """The negative binomial's r by moments: variance = mean + mean² / r."""
    squares = sum((n - e) ** 2 - e for n, e in zip(found, expected, strict=True))
    return min(MOST_REGULAR, sum(e * e for e in expected) / squares) if squares > 0 else MOST_REGULAR


def _at_most(seen: float, r: float, mean: float) -> float:
    """P(X <= seen) of the negative binomial."""
    share = r / (r + mean)
    term = total = float(share**r)
    for k in range(1, int(seen) + 1):
        term *= (k + r - 1) / k * (1 - share)
        total += term
    return total


def _quantile(r: float, mean: float, at: float) -> float:
    share = r / (r + mean)
    term = total = share**r
    k = 0
    while total < at and k < 10 * mean + 100:
        k += 1
        term *= (k + r - 1) / k * (1 - share)
        total += term
    return k


def _of_share(rule: Rule, days: Sequence[Day]) -> list[_Found]:
    past = [(day.counts.get(rule.part, 0), day.counts.get(rule.whole, 0)) for day in days]
    for over in POOLED:
        part, whole = (round(sum(counts[index] for counts in past[:over])) for index in (0, 1))
        before = [(k, n) for k, n in past[over:] if n > 0]
        if not whole or part > whole or len(before) < FEWEST:
            continue
        mean = (sum(k for k, _ in before) + 0.5) / (sum(n for _, n in before) + 1)
        mean = min(max(mean, 0.005), 0.995)
        spread = _dispersion(before, mean)
        worse = part if rule.low else whole - part
        usual = mean if rule.low else 1 - mean
        seen = part / whole
        large = abs(seen - mean) >= rule.least and (seen < mean) is rule.low
        if large and _share_at_most(worse, whole, usual, spread) < PROBABILITY:
            deviation = 2.6 * math.sqrt(mean * (1 - mean) * (spread + (1 - spread) / whole))
            return [(rule.name, max(0.0, mean - deviation), min(1.0, mean + deviation), seen, over)]
    return []


def _dispersion(before: Sequence[tuple[float, float]], mean: float) -> float:
    """The beta-binomial's rho by moments: how much more than by chance the days differ."""
    excess = sum((k - n * mean) ** 2 - n * mean * (1 - mean) for k, n in before)
    scale = sum(n * (n - 1) * mean * (1 - mean) for k, n in before)
    return min(0.5, max(LEAST_DISPERSION, excess / scale)) if scale > 0 else LEAST_DISPERSION


def _share_at_most(k: int, n: int, mean: float, rho: float) -> float:
    """P(X <= k) of the beta-binomial with n draws."""
    scale = (1 - rho) / rho
    a, b = mean * scale, (1 - mean) * scale
    norm = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    def at(x: int) -> float:
        ways = math.lgamma(n + 1) - math.lgamma(x + 1) - math.lgamma(n - x + 1)
        return math.exp(ways + math.lgamma(x + a) + math.lgamma(n - x + b) - math.lgamma(n + a + b) - norm)

    return sum(at(x) for x in range(k + 1)) if k <= n // 2 else 1 - sum(at(x) for x in range(k + 1, n + 1))


def _of_mean(means: Means, days: Sequence[Day]) -> list[_Found]:
    sums = [(day.counts.get(means.part, 0.0), day.counts.get(means.whole, 0)) for day in days]
    for over in POOLED:
        total, number = (sum(counts[index] for counts in sums[:over]) for index in (0, 1))
        before = [(s / n, n) for s, n in sums[over:] if n > 0]
        if not number or len(before) < FEWEST:
            continue
        middle = median(value for value, _ in before)
        own = 1.4826 * median(abs(value - middle) for value, _ in before)
        usual = means.spread / math.sqrt(median(n for _, n in before))  # of a day's mean, by the number of its articles
        between = math.sqrt(max(means.floor**2, own**2 - usual**2))
        deviation = math.sqrt(between**2 + means.spread**2 / number)
        off = total / number - middle
        if abs(off) >= means.least and abs(off) > _DEVIATIONS * deviation and (off < 0 or means.both):
            low, high = middle - 2.6 * deviation, middle + 2.6 * deviation
            shown = means.shown
            return [(means.name, shown(low), shown(high), shown(total / number), over)]
    return []


_DEVIATIONS = 3.6  # robust ones; of means, whose tails are longer than a normal distribution's
