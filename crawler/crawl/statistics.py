"""What a run did, counted per outlet, and the table a person sees at its end."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table

from crawler.crawl.alarms import Alarm
from crawler.processing.reasons import Cause, cause_of
from storage.article import Article

# Columns of the summary, in this order. "found" are article URLs that were new to the frontier.
COLUMNS = (
    "found", "fetched", "kept", "new", "revised", "unchanged", "shrunk", "paywalled", "rejected", "not modified",
    "redirected", "put off", "gone", "failed", "barred",
)  # fmt: skip
ALWAYS = ("found", "fetched", "kept", "rejected", "barred")
LOW_AGREEMENT = 0.8  # of the two readers: such a page is worth a look
MOST_LINES = 50  # reasons, and troubles, that are printed; the run's summary holds them all


class RunStatistics:
    """Counters of one run: ``by_outlet[outlet][name]``; reasons and troubles by outlet and name beside them."""

    def __init__(self, outlets: Iterable[str] = ()) -> None:
        """``outlets`` are those asked for: each has its row, whatever came of it."""
        self.by_outlet: dict[str, Counter[str]] = defaultdict(Counter, {outlet: Counter() for outlet in outlets})
        self.silent: dict[str, str] = {}  # outlets that fell from some to none: how
        # Per outlet, sums over articles that are compared from day to day (``crawl.alarms``), and pages to look at.
        self.measures: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.pages: dict[str, dict[str, str]] = defaultdict(dict)
        self.alarms: list[Alarm] = []
        self.reasons: Counter[str] = Counter()
        self.put_off: Counter[str] = Counter()  # why URLs are left to a later run
        self.causes: Counter[Cause] = Counter()  # the same by kind, for whoever acts on them
        self.troubles: Counter[str] = Counter()
        self.asked = 0  # requests made, robots.txt not counted
        self.answers = 0  # HTTP answers of any status, robots.txt not counted
        self.conditional = 0  # requests sent with a validator

    def count(self, outlet: str, name: str, number: int = 1) -> None:
        """Add to one of the outlet's counters."""
        self.by_outlet[outlet][name] += number

    def reject(self, outlet: str, reason: str, url: str | None = None) -> None:
        """An answer that is not stored: why."""
        self.count(outlet, "rejected")
        self.look_at(outlet, "kept", url)
        self._tell(outlet, reason, str(reason))

    def settle(
        self, outlet: str, kind: str, state: str, reason: str | None, *, later: bool = False, url: str | None = None
    ) -> None:
        """A URL that is settled without a page: gone, failed, barred, or tried again, soon or by a ``later`` run."""
        if kind != "article":
            self.look_at(outlet, "found", url)
        if state == "failed" or later:
            self.look_at(outlet, "failed", url)
        if state in ("gone", "failed"):
            self.count(outlet, state)
            self._tell(outlet, reason, f"{kind}: {reason}")
        elif state == "delayed":
            self.count(outlet, "retried")
            if later:
                self.count(outlet, "put off")
                self.put_off[f"{outlet}: {kind}: {reason}"] += 1
        elif state == "barred":
            self.count(outlet, "barred")
            self.look_at(outlet, "barred by robots.txt", url)

    def look_at(self, outlet: str, measure: str, url: str | None) -> None:
        """A page for whoever wonders about a measure: the first one."""
        if url is not None:
            self.pages[outlet].setdefault(measure, url)

    def _tell(self, outlet: str, reason: str | None, words: str) -> None:
        self.reasons[f"{outlet}: {words}"] += 1
        cause = cause_of(reason)
        if cause is not None:
            self.causes[cause] += 1

    def measure(self, outlet: str, article: Article, *, kept: bool) -> None:
        """An article that was read, whatever became of it: whether it has a day, who signed it, how long it is."""
        sums, pages = self.measures[outlet], self.pages[outlet]
        sums["read"] += 1
        sums["log words"] += math.log(max(1, len(article.text.split())))
        pages["words"] = article.url
        for name, there in (("dated", article.published_at is not None), ("authored", bool(article.authors))):
            sums[name] += there
            if not there:
                pages.setdefault({"authored": "with author"}.get(name, name), article.url)
        if kept and article.extraction_agreement is not None:
            sums["read twice"] += 1
            sums["agreement"] += article.extraction_agreement
            if article.extraction_agreement < LOW_AGREEMENT:
                pages.setdefault("readers' agreement", article.url)

    def blocked(self, outlet: str, url: str) -> None:
        """A block page."""
        self.measures[outlet]["blocked"] += 1
        self.look_at(outlet, "block pages", url)

    def listed(self, outlet: str, url: str, *, repeated: bool) -> None:
        """A page of a list that was read, and whether it said what the one before it had said."""
        self.measures[outlet]["listed"] += 1
        self.look_at(outlet, "found", url)
        self.measures[outlet]["repeated"] += repeated
        if repeated:
            self.look_at(outlet, "repeated index pages", url)

    def unchanged(self, outlet: str, url: str) -> None:
        """A source that says it is as it was."""
        self.look_at(outlet, "found", url)
        self.measures[outlet]["unchanged sources"] += 1

    def state(self, outlet: str) -> str:
        """What became of the outlet in this run: ``storage.frontier.runs.OutletRun.state``."""
        seen = self.sums(outlet).get
        if any(seen(name) for name in ("listed", "unchanged sources", "found", "fetched")):
            return "read"
        told = {"blocked": ("blocked",), "barred": ("barred",), "failed": ("failed", "gone", "retried")}
        return next((state for state, names in told.items() if any(map(seen, names))), "not crawled")

    def sums(self, outlet: str) -> dict[str, float]:
        """Counters and measures of an outlet together."""
        return {**self.by_outlet[outlet], **self.measures.get(outlet, {})}

    def agreement(self, outlet: str) -> float | None:
        """The outlet's mean agreement of the two readers, or None where no page was read twice."""
        sums = self.measures.get(outlet, {})
        return round(sums["agreement"] / sums["read twice"], 3) if sums.get("read twice") else None

    @property
    def _agreements(self) -> dict[str, float]:
        return {outlet: mean for outlet in sorted(self.measures) if (mean := self.agreement(outlet)) is not None}

    def trouble(self, outlet: str, name: str) -> None:
        """Something a person should hear of: counted by name, per outlet."""
        self.troubles[f"{outlet}: {name}"] += 1

    def total(self, name: str) -> int:
        """One counter over all outlets."""
        return sum(counter[name] for counter in self.by_outlet.values())

    def as_dict(self) -> dict[str, Any]:
        """Plain values for the run's row in the database."""
        return {
            "outlets": {outlet: dict(counter) for outlet, counter in sorted(self.by_outlet.items())},
            "measures": {outlet: dict(sums) for outlet, sums in sorted(self.measures.items())},
            "alarms": [str(alarm) for alarm in self.alarms],
            "agreement": self._agreements,
            "rejected": dict(self.reasons),
            "put off": dict(self.put_off),
            "troubles": dict(self.troubles),
            "silent": dict(self.silent),
            "causes": {cause.value: number for cause, number in self.causes.items()},
            "asked": self.asked,
            "answers": self.answers,
            "conditional": self.conditional,
        }

    def add(self, summary: Mapping[str, Any]) -> None:
        """Take in what another run of the same work counted: its ``as_dict``, without alarms."""
        for outlet, counts in summary["outlets"].items():
            self.by_outlet[outlet].update(counts)
        for outlet, sums in summary["measures"].items():
            for name, value in sums.items():
                self.measures[outlet][name] += value
        for counter, name in ((self.reasons, "rejected"), (self.put_off, "put off"), (self.troubles, "troubles")):
            counter.update(summary[name])
        self.causes.update({Cause(value): number for value, number in summary["causes"].items()})
        self.asked += summary["asked"]
        self.answers += summary["answers"]
        self.conditional += summary["conditional"]

    def table(self) -> Table:
        """The summary as a rich table: an outlet per line, then the sum."""
        shown = [name for name in COLUMNS if self.total(name) or name in ALWAYS]
        table = Table(title="This run", title_justify="left")
        table.add_column("outlet")
        for name in shown:
            table.add_column(name, justify="right")
        agreements = self._agreements
        if agreements:
            table.add_column("agreement", justify="right")  # of the two readers, mean of the pages kept
        for outlet, counter in sorted(self.by_outlet.items()):
            cells = [str(counter[name]) for name in shown]
            if agreements:
                mean = agreements.get(outlet)
                cells.append("–" if mean is None else f"{mean:.2f}")
            table.add_row(outlet, *cells)
        table.add_section()
        rest = ["–"] if agreements else []
        table.add_row("all", *(str(self.total(name)) for name in shown), *rest)
        return table

    def lines(self) -> list[str]:
        """Alarms, who fell silent, why answers were not stored or are asked for again, what went wrong.

        The most frequent come first. They may quote what a server sent.
        """
        lines = [f"  ALARM, {alarm}" for alarm in self.alarms]
        lines += [f"  silent, {outlet}: {how}" for outlet, how in sorted(self.silent.items())]
        for start, counted in (("not kept,", self.reasons), ("put off,", self.put_off), ("trouble at", self.troubles)):
            lines += [f"  {start} {name}: {number}" for name, number in counted.most_common(MOST_LINES)]
            if len(counted) > MOST_LINES:
                lines.append(f"  {start} … and {len(counted) - MOST_LINES} further kinds, in the run's summary")
        return lines
