"""What is known of one page, on a terminal."""

from __future__ import annotations

import re
from datetime import date, datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler.cli.printing import cell, printable
from crawler.processing.explain import Explained
from crawler.processing.page import ProcessedPage
from crawler.relevance import Judgement, Topic
from storage.article import Article
from storage.history.revisions import Revision, described, diff


def show(explained: Explained, topic: Topic, console: Console) -> None:
    """Print it: colours on a terminal, plain text elsewhere."""
    reading = explained.reading
    article = (reading.article if reading else None) or explained.stored
    console.print(Text.assemble(("source", "bold"), "    ", cell(explained.source)))
    if explained.note:
        console.print(Text.assemble(("note", "bold"), "      ", cell(explained.note)))
    if explained.decision is not None:
        word = "accepted" if explained.decision.accepted else "rejected"
        said = f"{word} by a person, {explained.decision.decided_at} {explained.decision.note}"
        console.print(Text.assemble(("decision", "bold"), "  ", cell(said)))
    if article is None:
        reason = reading.reason if reading else "nothing is known of it"
        console.print(Text.assemble(("no article:", "bold red"), " ", cell(reason or "")))
        return
    judgement = reading.judgement if reading and reading.judgement else topic.judge(article.title or "", article.text)
    console.print(_record(article))
    console.rule("publication date")
    console.print(_dates(article))
    console.rule("topic")
    console.print(_topic(judgement, reading))
    console.rule(f"kept text ({article.word_count} words, {article.method or 'method not stored'})")
    console.print(Text(printable(article.text, lines=True)))
    console.rule(f"cut ({len(article.cuts)} pieces)")
    for cut in article.cuts:
        console.print(Text.assemble((f"{cut.layer:6} ", "dim"), (cut.rule, "yellow"), "  ", (_short(cut.text), "red")))
    if len(explained.revisions) > 1:
        console.rule(f"revisions ({len(explained.revisions)})")
        for old, new in zip([None, *explained.revisions], explained.revisions, strict=False):
            console.print(_revision(old, new))


def _record(article: Article) -> RenderableType:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    rows = {
        "title": article.title,
        "url": article.url,
        "canonical": article.canonical_url,
        "outlet": article.outlet,
        "authors": ", ".join(article.authors),
        "section": article.section,
        "tags": ", ".join(article.tags),
        "dateline": article.dateline,
        "cites": ", ".join(article.cited_sources),
        "extractor": article.extractor_version,
        "found by": article.method,
        "agreement": _agreement(article.extraction_agreement),
        "archive": article.archive_ref,
        "rights": ", ".join(f"{name}: {value}" for name, value in article.rights.items()),
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, cell(str(value)))
    return table


def _agreement(value: float | None) -> str | None:
    return None if value is None else f"{value:.3f} (0 to 1) between the two readers of the page"


def _dates(article: Article) -> RenderableType:
    verdict = Text.assemble(
        ("published ", "bold"),
        (_moment(article.published_at), "green" if article.published_at else "red"),
        f"  ({article.published_precision or 'no precision'}, from {article.published_source or 'no candidate'})",
    )
    table = Table("where", "as written", "read as", "verdict", box=None, padding=(0, 2, 0, 0))
    for candidate in article.date_candidates:
        table.add_row(
            cell(candidate.source),
            cell(_short(candidate.raw, 60)),
            _moment(candidate.value),
            cell(candidate.verdict),
        )
    shown: list[RenderableType] = [verdict, *([table] if article.date_candidates else [])]
    if article.published_at is None and article.bounds:
        shown.append(
            Text.assemble(
                ("not before ", "bold"),
                _moment(article.published_after),
                ("  not after ", "bold"),
                _moment(article.published_before),
            )
        )
        evidence = Table("not", "day", "because of", "as written", box=None, padding=(0, 2, 0, 0))
        for bound in sorted(article.bounds, key=lambda bound: (bound.side, bound.day)):
            side = "before" if bound.side == "after" else "after"
            evidence.add_row(side, bound.day.isoformat(), cell(bound.source), cell(_short(bound.raw, 60)))
        shown.append(evidence)
    return Group(*shown)


def _topic(judgement: Judgement, reading: ProcessedPage | None) -> RenderableType:
    kept = reading.kept if reading and reading.judgement else judgement.kept
    rule = "" if kept else printable(f"  rejected by: {(reading.reason if reading else None) or judgement.rule}")
    lines = [
        Text.assemble(
            ("score ", "bold"),
            (f"{judgement.score:.3f}", "green" if kept else "red"),
            f"  threshold {judgement.threshold:.3f}  {'kept' if kept else 'not kept'}{rule}",
        ),
        Text.assemble(("language ", "bold"), f"{judgement.language} ({judgement.language_confidence:.2f})"),
        Text.assemble(("parts ", "bold"), "  ".join(f"{name} {value:+.3f}" for name, value in judgement.parts.items())),
        Text.assemble(
            ("terms ", "bold"),
            ", ".join(f"{t} {w:+.2f}" for t, w in zip(judgement.terms, judgement.weights, strict=False)),
        ),
        Text.assemble(
            ("found ", "bold"),
            "; ".join(f"{role}: {', '.join(words)}" for role, words in judgement.evidence.items()) or "nothing of war",
        ),
        Text.assemble(
            ("nearest seed ", "bold"), f"{judgement.nearest_seed}; shared with it: {', '.join(judgement.shared) or '–'}"
        ),
    ]
    return Group(*lines)


def _revision(old: Revision | None, new: Revision) -> RenderableType:
    """When it was read and how long it is; below that what changed, by sentence, with the numbers that did."""
    head = Text.assemble(
        (f"{new.number} ", "bold"), f" {new.fetched_at or new.stored_at}  {len(new.text.split())} words"
    )
    if old is None:
        return head
    if old.title != new.title:
        head.append(f"  title: {_short(new.title or 'none')}", "green")
    lines: list[RenderableType] = [head]
    for change in diff(old.text, new.text):
        for line in described([change]).splitlines():
            shown = Text(printable(line), {"-": "red", "+": "green"}.get(line[0], "yellow"))
            for number in change.numbers_gone if line[0] == "-" else change.numbers_come if line[0] == "+" else ():
                shown.highlight_regex(rf"(?i)(?<!\w){re.escape(number)}(?!\w)", "bold reverse")
            lines.append(Padding(shown, (0, 0, 0, 4)))
    return Group(*lines)


def _moment(value: datetime | date | None) -> str:
    return "unknown" if value is None else value.isoformat()


def _short(text: str, length: int = 200) -> str:
    folded = printable(" ".join(text.split()))
    return folded if len(folded) <= length else folded[: length - 1] + "…"
