"""What a run did, counted per outlet, and the table a person sees at its end."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from rich.table import Table

from crawler.processing.reasons import Cause, cause_of

# Columns of the summary, in this order. "found" are article URLs that were new to the frontier.
COLUMNS = (
    "found", "fetched", "kept", "new", "revised", "unchanged", "shrunk", "rejected", "not modified", "gone", "failed",
    "barred",
)  # fmt: skip
ALWAYS = ("found", "fetched", "kept", "rejected", "barred")
MOST_LINES = 50  # reasons, and troubles, that are printed; the run's summary holds them all


class RunStatistics:
    """Counters of one run: ``by_outlet[outlet][name]``; reasons and troubles by outlet and name beside them."""

    def __init__(self, outlets: Iterable[str] = ()) -> None:
        """``outlets`` are those asked for: each has its row, whatever came of it."""
        self.by_outlet: dict[str, Counter[str]] = defaultdict(Counter, {outlet: Counter() for outlet in outlets})
        self.silent: dict[str, str] = {}  # outlets that fell from some to none: how
        self.agreements: dict[str, list[float]] = defaultdict(lambda: [0.0, 0])  # per outlet: sum and number
        self.reasons: Counter[str] = Counter()
        self.causes: Counter[Cause] = Counter()  # the same by kind, for whoever acts on them
        self.troubles: Counter[str] = Counter()
        self.asked = 0  # requests made, robots.txt not counted
        self.answers = 0  # HTTP answers of any status, robots.txt not counted
        self.conditional = 0  # requests sent with a validator

    def count(self, outlet: str, name: str, number: int = 1) -> None:
        """Add to one of the outlet's counters."""
        self.by_outlet[outlet][name] += number

    def reject(self, outlet: str, reason: str) -> None:
        """An answer that is not stored: why."""
        self.count(outlet, "rejected")
        self._tell(outlet, reason, str(reason))

    def settle(self, outlet: str, kind: str, state: str, reason: str | None) -> None:
        """A URL that was finished without a page: gone, failed, barred or to be tried again."""
        if state in ("gone", "failed"):
            self.count(outlet, state)
            self._tell(outlet, reason, f"{kind}: {reason}")
        elif state == "delayed":
            self.count(outlet, "retried")
        elif state == "barred":
            self.count(outlet, "barred")

    def _tell(self, outlet: str, reason: str | None, words: str) -> None:
        self.reasons[f"{outlet}: {words}"] += 1
        cause = cause_of(reason)
        if cause is not None:
            self.causes[cause] += 1

    def agree(self, outlet: str, agreement: float | None) -> None:
        """How far the two readers of a kept page agree, 0 to 1; None where one read it."""
        if agreement is not None:
            self.agreements[outlet][0] += agreement
            self.agreements[outlet][1] += 1

    def agreement(self, outlet: str) -> float | None:
        """The outlet's mean agreement of the two readers, or None where no page was read twice."""
        total, number = self.agreements.get(outlet, (0.0, 0))
        return round(total / number, 3) if number else None

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
            "agreement": {outlet: self.agreement(outlet) for outlet in sorted(self.agreements)},
            "rejected": dict(self.reasons),
            "troubles": dict(self.troubles),
            "silent": dict(self.silent),
            "answers": self.answers,
            "conditional": self.conditional,
        }

    def table(self) -> Table:
        """The summary as a rich table: an outlet per line, then the sum."""
        shown = [name for name in COLUMNS if self.total(name) or name in ALWAYS]
        table = Table(title="This run", title_justify="left")
        table.add_column("outlet")
        for name in shown:
            table.add_column(name, justify="right")
        if self.agreements:
            table.add_column("agreement", justify="right")  # of the two readers, mean of the pages kept
        for outlet, counter in sorted(self.by_outlet.items()):
            cells = [str(counter[name]) for name in shown]
            if self.agreements:
                mean = self.agreement(outlet)
                cells.append("–" if mean is None else f"{mean:.2f}")
            table.add_row(outlet, *cells)
        table.add_section()
        rest = ["–"] if self.agreements else []
        table.add_row("all", *(str(self.total(name)) for name in shown), *rest)
        return table

    def lines(self) -> list[str]:
        """Who fell silent, why answers were not stored and what went wrong, the most frequent first.

        They may quote what a server sent.
        """
        lines = [f"  silent, {outlet}: {how}" for outlet, how in sorted(self.silent.items())]
        for start, counted in (("not kept,", self.reasons), ("trouble at", self.troubles)):
            lines += [f"  {start} {name}: {number}" for name, number in counted.most_common(MOST_LINES)]
            if len(counted) > MOST_LINES:
                lines.append(f"  {start} … and {len(counted) - MOST_LINES} further kinds, in the run's summary")
        return lines
