"""Between ``Article`` and the rows of the corpus tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from storage.article import Article, Bound, Cut, DateCandidate, Link
from storage.identity import article_identity, id_of
from storage.places import countries

# Neither database stores these: PostgreSQL refuses NUL, UTF-8 has no halves of surrogate pairs.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# After every digit: articles without a known time come last.
UNDATED = "~"


def storable(value: Any) -> Any:
    """The value in NFC and without characters that no database stores; in lists and maps too."""
    if isinstance(value, str):
        value = UNSTORABLE.sub("\ufffd", value)
        return value if unicodedata.is_normalized("NFC", value) else unicodedata.normalize("NFC", value)
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def iso(value: datetime | date | None) -> str | None:
    """ISO 8601 to the second with offset, or YYYY-MM-DD for a day. A naive time is a ``ValueError``."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the corpus stores aware times only")
        return value.isoformat(timespec="seconds")
    return None if value is None else value.isoformat()


def read_time(text: str | None) -> datetime | date | None:
    """What ``iso`` wrote."""
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def read_day(text: str | None) -> date | None:
    """A bare day."""
    return None if text is None else date.fromisoformat(text)


def read_moment(text: str | None) -> datetime | None:
    """As ``read_time``, for columns that never hold a bare day."""
    return None if text is None else datetime.fromisoformat(text)


def now() -> str:
    """The present, in UTC, as the corpus writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def sort_key(value: datetime | date | None) -> str:
    """By which exports are ordered: the time in UTC, the day where only that is known, unknown ones last."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return UNDATED if value is None else value.isoformat()


def article_row(article: Article) -> dict[str, Any]:
    """The columns of ``articles`` that a reading of the page decides."""
    published = iso(article.published_at)
    return {
        "url": storable(article.url),
        "canonical_url": storable(article.canonical_url),
        "claimed_id": id_of(article_identity(article.url, article.canonical_url)) if article.canonical_url else None,
        "outlet": storable(article.outlet),
        "title": storable(article.title),
        "authors": storable(article.authors),
        "section": storable(article.section),
        "tags": storable(article.tags),
        "published_at": published,
        "published_precision": article.published_precision or _precision(article.published_at),
        "published_source": storable(article.published_source),
        "published_day": published[:10] if published else None,
        "sort_key": sort_key(article.published_at),
        "modified_at": iso(article.modified_at),
        "fetched_at": iso(article.fetched_at),
        "language": storable(article.language),
        "language_confidence": _float(article.language_confidence),
        "dateline": storable(article.dateline),
        "cited_sources": storable(article.cited_sources),
        "relevance": _float(article.relevance),
        "nearest_seed": storable(article.nearest_seed),
        "relevance_terms": storable(article.relevance_terms),
        "content_hash": article.content_hash,
        "word_count": article.word_count,
        "extractor_version": storable(article.extractor_version),
        "archive_ref": storable(article.archive_ref),
        "rights": storable(article.rights),
        "extraction_agreement": _float(article.extraction_agreement),
        "published_after": None if published else iso(article.published_after),
        "published_before": None if published else iso(article.published_before),
        "countries": article.countries or countries(article.title, article.text),
    }


def evidence_row(article: Article) -> dict[str, Any]:
    """The columns of ``evidence``."""
    return {
        "method": storable(article.method),
        "date_candidates": [
            storable([item.source, item.raw, iso_lenient(item.value), item.verdict]) for item in article.date_candidates
        ],
        "cuts": [storable([item.rule, item.text, item.layer]) for item in article.cuts],
        "links": [storable(list(asdict(item).values())) for item in article.links],
        "bounds": [storable([item.side, iso(item.day), item.source, item.raw]) for item in article.bounds],
    }


def iso_lenient(value: datetime | date | None) -> str | None:
    """As ``iso``; a candidate that was set aside may be a naive time."""
    return value.isoformat() if value is not None else None


def to_article(row: Mapping[str, Any]) -> Article:
    """An ``Article`` from a row of articles joined with revision, copy and story; with evidence where selected."""
    article = Article(
        url=row["url"],
        text=row["text"] or "",
        title=row["title"],
        canonical_url=row["canonical_url"],
        outlet=row["outlet"],
        authors=row["authors"],
        section=row["section"],
        tags=row["tags"],
        published_at=read_time(row["published_at"]),
        published_precision=row["published_precision"],
        published_source=row["published_source"],
        modified_at=read_time(row["modified_at"]),
        fetched_at=read_moment(row["fetched_at"]),
        language=row["language"],
        language_confidence=row["language_confidence"],
        dateline=row["dateline"],
        cited_sources=row["cited_sources"],
        relevance=row["relevance"],
        nearest_seed=row["nearest_seed"],
        relevance_terms=row["relevance_terms"],
        copy_of=row["copy_of"],
        copy_kind=row["copy_kind"],
        story_id=row["story_id"],
        revision=row["revision"],
        id=row["id"],
        extractor_version=row["extractor_version"],
        archive_ref=row["archive_ref"],
        rights=row["rights"],
        extraction_agreement=row["extraction_agreement"],
        published_after=read_day(row["published_after"]),
        published_before=read_day(row["published_before"]),
        countries=row["countries"],
    )
    if "cuts" in row:
        article.method = row["method"]
        article.date_candidates = [
            DateCandidate(source, raw, read_time(value), verdict)
            for source, raw, value, verdict in row["date_candidates"] or []
        ]
        article.cuts = [Cut(*item) for item in row["cuts"] or []]
        article.links = [Link(*item) for item in row["links"] or []]
        article.bounds = [
            Bound(side, date.fromisoformat(day), source, raw) for side, day, source, raw in row["bounds"] or []
        ]
    return article


def _precision(value: datetime | date | None) -> str | None:
    if value is None:
        return None
    return "minute" if isinstance(value, datetime) else "day"


def _float(value: float | None) -> float | None:
    """Rounded, so that both databases and both directions of a copy hold the same digits; NaN is unknown."""
    if value is None or value != value:
        return None
    return round(float(value), 6)
