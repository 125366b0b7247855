"""One page explained: what was kept, what was cut and by which rule, the date's candidates, the topic's score.

``from_…`` gets the page from wherever it is (a file, the archive, the outlet itself), ``show`` prints what the same
code as the crawl's makes of it. Where only the stored record is left (no archive), that is shown and said.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from crawler import archived
from crawler.archived import MAX_BYTES
from crawler.outlets import Outlet
from crawler.outlets.fetch import Fetcher, Refused
from crawler.reading import PageJob, PageReading, read_pages
from crawler.relevance import Judgement, Topic
from storage.article import Article
from storage.corpus import Corpus, Decision
from storage.errors import PageError
from storage.frontier import Frontier
from storage.revisions import Revision, described, diff, history


@dataclass(slots=True)
class Explained:
    """What is known of one page: its fresh reading, or the stored record alone; and a person's decision on it."""

    source: str
    reading: PageReading | None = None
    stored: Article | None = None
    decision: Decision | None = None
    note: str = ""
    revisions: Sequence[Revision] = ()  # oldest first; more than one where the article was changed


def from_file(path: Path, url: str, topic: Topic, outlet: Outlet | None) -> Explained:
    """Explain a saved page (``.html``, also ``.gz``). Raises ``PageError`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            body = gzip.GzipFile(fileobj=file).read(MAX_BYTES + 1) if packed else file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise PageError(f"{path}: cannot be read: {error}") from error
    if len(body) > MAX_BYTES:
        raise PageError(f"{path}: is larger than {MAX_BYTES >> 20} MB")
    return Explained(f"file {path}", _read([PageJob(body, url, None, outlet)], topic))


def from_corpus(
    corpus: Corpus, id_or_url: str, topic: Topic, outlets: dict[str, Outlet], archive: Path | None
) -> Explained | None:
    """Explain an article or a near miss of the corpus from its archived pages; None if the corpus has neither."""
    stored = corpus.get(id_or_url)
    miss = None if stored else corpus.get_rejected(id_or_url)
    if stored is None and miss is None:
        return None
    ref = stored.archive_ref if stored else miss.archive_ref  # type: ignore[union-attr]
    url = stored.url if stored else miss.url  # type: ignore[union-attr]
    outlet = outlets.get((stored.outlet if stored else miss.outlet) or "")  # type: ignore[union-attr]
    id_ = stored.id if stored else miss.id  # type: ignore[union-attr]
    decision = next((d for d in corpus.decisions() if d.id == id_ or d.url == url), None)
    with corpus.db.read() as conn:
        hints = archived.hints_of(Frontier(corpus.db), conn, url, outlet)
    jobs = archived.jobs(ref, archive, outlet, stored.fetched_at if stored else None, hints)
    explained = Explained(f"archive, {ref}" if jobs else "the stored record", stored=stored, decision=decision)
    if stored is not None and stored.revision > 1:
        explained.revisions = history(corpus, str(id_))
    if jobs:
        explained.reading = _read(jobs, topic)
    elif miss is not None:
        score = "no score" if miss.score is None else f"score {miss.score:.3f}"
        explained.note = f"near miss, rejected by {miss.reason}; {score}; terms: {', '.join(miss.terms or [])}"
        if miss.text:
            article = Article(url=miss.url, text=miss.text, title=miss.title, outlet=miss.outlet)
            explained.reading = PageReading(article, topic.judge(miss.title or "", miss.text), miss.reason)
    else:
        explained.note = "its pages are not in the archive, so this is what was stored when it was read"
    return explained


def from_outlet(url: str, topic: Topic, outlet: Outlet, agent: str) -> Explained:
    """Fetch a page of an outlet once, as its robots.txt allows, and explain it. Raises ``PageError``."""
    try:
        answer = Fetcher(outlet, agent).get(url)
    except Refused as refused:
        raise PageError(f"{url}: {refused}") from refused
    if answer.status != 200:
        raise PageError(f"{url}: answered {answer.status}")
    job = PageJob(answer.body, url, answer.headers.get("content-type"), outlet, None, datetime.now(UTC))
    return Explained(f"fetched now from {urlsplit(answer.url).netloc}", _read([job], topic))


def _read(jobs: Sequence[PageJob], topic: Topic) -> PageReading:
    """As the crawl reads it; what the gate turns away unread is read all the same, to show what is in it."""
    reading = read_pages(jobs, topic)
    if reading.article is None and (reading.reason or "").startswith("gate: "):
        whole = read_pages(jobs, topic, gated=False)
        return replace(whole, reason=reading.reason, kept=False) if whole.article is not None else reading
    return reading


def show(explained: Explained, topic: Topic, console: Console) -> None:
    """Print it: colours on a terminal, plain text elsewhere."""
    reading = explained.reading
    article = (reading.article if reading else None) or explained.stored
    console.print(f"[bold]source[/]    {escape(explained.source)}")
    if explained.note:
        console.print(f"[bold]note[/]      {escape(explained.note)}")
    if explained.decision is not None:
        word = "accepted" if explained.decision.accepted else "rejected"
        console.print(
            f"[bold]decision[/]  {word} by a person, {explained.decision.decided_at} {escape(explained.decision.note)}"
        )
    if article is None:
        reason = reading.reason if reading else "nothing is known of it"
        console.print(f"[bold red]no article:[/] {escape(reason or '')}")
        return
    judgement = reading.judgement if reading and reading.judgement else topic.judge(article.title or "", article.text)
    console.print(_record(article))
    console.rule("publication date")
    console.print(_dates(article))
    console.rule("topic")
    console.print(_topic(judgement, reading))
    console.rule(f"kept text ({article.word_count} words, {article.method or 'method not stored'})")
    console.print(Text(_plain(article.text)))
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
        "archive": article.archive_ref,
        "rights": ", ".join(f"{name}: {value}" for name, value in article.rights.items()),
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, escape(_plain(str(value))))
    return table


def _dates(article: Article) -> RenderableType:
    verdict = Text.assemble(
        ("published ", "bold"),
        (_moment(article.published_at), "green" if article.published_at else "red"),
        f"  ({article.published_precision or 'no precision'}, from {article.published_source or 'no candidate'})",
    )
    table = Table("where", "as written", "read as", "verdict", box=None, padding=(0, 2, 0, 0))
    for candidate in article.date_candidates:
        table.add_row(
            escape(candidate.source),
            escape(_short(candidate.raw, 60)),
            _moment(candidate.value),
            escape(candidate.verdict),
        )
    return Group(verdict, table) if article.date_candidates else verdict


def _topic(judgement: Judgement, reading: PageReading | None) -> RenderableType:
    kept = reading.kept if reading and reading.judgement else judgement.kept
    rule = "" if kept else f"  rejected by: {(reading.reason if reading else None) or judgement.rule}"
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
            shown = Text(_plain(line), {"-": "red", "+": "green"}.get(line[0], "yellow"))
            for number in change.numbers_gone if line[0] == "-" else change.numbers_come if line[0] == "+" else ():
                shown.highlight_regex(rf"(?i)(?<!\w){re.escape(number)}(?!\w)", "bold reverse")
            lines.append(Padding(shown, (0, 0, 0, 4)))
    return Group(*lines)


def _moment(value: datetime | date | None) -> str:
    return "unknown" if value is None else value.isoformat()


# Control characters but tab and newline: a page must not be able to give orders to the terminal.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _plain(text: str) -> str:
    return _CONTROLS.sub("", text)


def _short(text: str, length: int = 200) -> str:
    folded = " ".join(_plain(text).split())
    return folded if len(folded) <= length else folded[: length - 1] + "…"
