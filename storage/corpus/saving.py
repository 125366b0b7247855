"""Storing an article: new, revised or unchanged, with its addresses, copies, story and index entries.

All of it happens in the caller's transaction. Callers on PostgreSQL wait for each other in ``save``: two copies stored
at the same moment must see each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from storage.article import Article
from storage.copies import linking, stories
from storage.copies.fingerprints import Fingerprinted
from storage.copies.origin import Provenance
from storage.corpus import poorer, refusal
from storage.corpus.bounding import bound
from storage.corpus.matching import believed, match_record, may_have_moved, misses_of
from storage.database import fulltext, tables
from storage.database.rows import UNDATED, article_row, evidence_row, iso, now, storable
from storage.database.upsert import upsert

# pg_advisory_xact_lock of writers of articles; see the module's text.
_WRITER_LOCK = 0x636F7270_7574
# Facts of the first reading that gave this content. A later reading of the same content does not change them.
_FIRST_READING = ("url", "fetched_at", "archive_ref")
# What says who copied from whom and which story an article belongs to, besides its text.
_TELL_OF_ORIGIN = frozenset({"sort_key", "published_day", "dateline", "cited_sources"})


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of an article: ``new``, ``revised``, ``unchanged``, ``shrunk`` (a poorer answer: the text stays as it
    was, see ``storage.corpus.poorer``), or ``withdrawn`` (refused, nothing stored)."""

    id: str
    revision: int
    outcome: str


# The statements of every save, built once: SQLAlchemy takes longer to build one than SQLite to run it, and to write out
# a list of any length half as long again. An article has so many addresses and other values at most.
_MOST = 3
_IDS: list[BindParameter[str]] = [bindparam(f"id{number}") for number in range(_MOST)]
_OTHERS: list[BindParameter[str]] = [bindparam(f"other{number}") for number in range(_MOST)]
_WITHDRAWN, _ARTICLE, _MISS, _TWIN = "withdrawn", "article", "miss", "twin"
_TOMBSTONE = select(literal(_WITHDRAWN).label("what"), tables.withdrawals.c.value.label("id"), null()).where(
    or_(
        and_(tables.withdrawals.c.scope == "url", tables.withdrawals.c.value.in_(_IDS)),
        and_(
            tables.withdrawals.c.scope.in_(["outlet", refusal.CONTENT, refusal.NUMBER]),
            tables.withdrawals.c.value.in_(_OTHERS),
        ),
    )
)
_KNOWN = union_all(
    _TOMBSTONE,
    select(literal(_ARTICLE), tables.addresses.c.id, null()).where(tables.addresses.c.id.in_(_IDS)),
    select(literal(_MISS), tables.rejected.c.id, null()).where(tables.rejected.c.id.in_(_IDS)),
    select(literal(_TWIN), tables.articles.c.id, tables.articles.c.url).where(
        tables.articles.c.content_hash == bindparam("content"),
        tables.articles.c.outlet.is_not_distinct_from(bindparam("its_outlet")),
        tables.articles.c.published_at == bindparam("at"),
    ),
)
_STORED = (
    select(tables.articles)
    .join(tables.addresses, tables.addresses.c.article_key == tables.articles.c.key)
    .where(tables.addresses.c.id == bindparam("address"))
)
_INSERT_ARTICLE = insert(tables.articles).returning(tables.articles.c.key)
_INSERT_TEXT = insert(tables.revisions).returning(tables.revisions.c.key)
_INSERT_EVIDENCE = insert(tables.evidence)
_TEXT = select(tables.revisions.c.title, tables.revisions.c.text).where(tables.revisions.c.key == bindparam("text_key"))
_INSERT_ADDRESS = insert(tables.addresses)
_SET_TEXT = update(tables.articles).where(tables.articles.c.key == bindparam("article"))
_FORGET_MISS = delete(tables.rejected).where(tables.rejected.c.id.in_(bindparam("misses", expanding=True)))


def save(conn: Connection, article: Article, *, run_id: str | int | None = None, confirmed: bool = False) -> Saved:
    """Store an article inside the caller's transaction.

    The same content again makes no row; changed title or text makes a new revision; a canonical URL is believed
    where the content bears it out (``storage.corpus.matching``). Metadata of a reading by another extractor version
    replaces what was known; by the same version it only fills what was not. Of another answer of the page that is
    much poorer nothing is taken but what it says of rights, unless it is ``confirmed``: said again by later visits.
    """
    article = replace(article, title=storable(article.title), text=storable(article.text))
    take_turn(conn)
    ids = ids_of(article)
    known: dict[str, set[str]] = {_WITHDRAWN: set(), _ARTICLE: set(), _MISS: set()}
    twins: list[tuple[str, str]] = []
    at = iso(article.published_at) if may_have_moved(article) else None
    asked = {"content": article.content_hash, "its_outlet": article.outlet, "at": at}
    for what, id_, url in conn.execute(_KNOWN, asked | _asked(ids, refusal.values_of(article))).all():
        if what == _TWIN:
            twins.append((id_, url))
        else:
            known[what].add(id_)
    if known[_WITHDRAWN]:
        return Saved(ids[0], 0, "withdrawn")

    def stored(address: str) -> dict[str, Any]:
        return dict(conn.execute(_STORED, {"address": address}).mappings().one())

    found, ids = match_record(conn, article, ids, known[_ARTICLE], twins, stored)
    values = article_row(article)
    values["canonical_url"] = believed(conn, article, ids, None if found is None else found["key"])
    stamp = now()
    if found is None:
        saved, key = _insert(conn, article, ids[0], values, run_id, stamp)
        linked: dict[str, Any] | None = values | {"text": article.text}
    elif not confirmed and _is_poorer(conn, found, values, article):
        ledger = {**found["rights"], **poorer.paywall_of(article.rights)}
        conn.execute(
            update(tables.articles).where(tables.articles.c.key == found["key"]), {"seen_at": stamp, "rights": ledger}
        )
        saved, key, linked = Saved(found["id"], found["revision"], "shrunk"), found["key"], None
    else:
        saved, key, linked = _update(conn, article, found, values, run_id, stamp)
    addresses = [{"id": id_, "article_key": key} for id_ in ids if id_ not in known[_ARTICLE]]
    if addresses:
        conn.execute(_INSERT_ADDRESS, addresses)
    if linked is not None:
        copy = _link(conn, key, saved.id, linked, revised=found is not None)
        if linked["published_at"] is None:
            bound(conn, key, linked, article.bounds, copy)
    if known[_MISS]:
        conn.execute(_FORGET_MISS, {"misses": misses_of(conn, article, known[_MISS])})
    return saved


def _is_poorer(conn: Connection, found: dict[str, Any], values: dict[str, Any], article: Article) -> bool:
    """Whether this is another answer of the page, and a poorer one."""
    if found["fetched_at"] == values["fetched_at"] or found["content_hash"] == values["content_hash"]:
        return False
    text = conn.execute(_TEXT, {"text_key": found["text_key"]}).one().text
    return poorer.is_poorer(text, article.text, paywalled=bool(poorer.paywall_of(article.rights)))


def _insert(
    conn: Connection, article: Article, id_: str, values: dict[str, Any], run_id: str | int | None, stamp: str
) -> tuple[Saved, int]:
    run = None if run_id is None else str(run_id)
    row = values | {"id": id_, "revision": 1, "run_id": run, "stored_at": stamp, "seen_at": stamp}
    key: int = conn.execute(_INSERT_ARTICLE, row).scalar_one()
    _new_text(conn, key, 1, article, values, run, stamp)
    conn.execute(_INSERT_EVIDENCE, evidence_row(article) | {"article_key": key})
    return Saved(id_, 1, "new"), key


def _update(
    conn: Connection,
    article: Article,
    found: dict[str, Any],
    values: dict[str, Any],
    run_id: str | int | None,
    stamp: str,
) -> tuple[Saved, int, dict[str, Any] | None]:
    """What became of it, its key, and where its copies and story are to be found anew the row and text as stored."""
    key: int = found["key"]
    run = None if run_id is None else str(run_id)
    # The hash is of title and text together: a headline that moved from the one into the other leaves it as it was.
    retitled = (found["title"] or "").split() != (values["title"] or "").split()
    changed = retitled or found["content_hash"] != values["content_hash"]
    other_reader = changed or found["extractor_version"] != values["extractor_version"]
    news = {
        name: value
        for name, value in values.items()
        if found[name] != value
        and (changed or name not in _FIRST_READING or found[name] is None)
        and (other_reader or found[name] in (None, [], {}))
    }
    if not other_reader and found["published_at"] is not None:  # they hang together
        for name in ("published_precision", "published_source", "published_day", "sort_key"):
            news.pop(name, None)
    revision = found["revision"] + 1 if changed else found["revision"]
    conn.execute(
        update(tables.articles).where(tables.articles.c.key == key),
        news | {"seen_at": stamp, "revision": revision},
    )
    if other_reader:
        upsert(conn, tables.evidence, evidence_row(article) | {"article_key": key})
    saved = Saved(found["id"], revision, "revised" if changed else "unchanged")
    if not changed and _TELL_OF_ORIGIN.isdisjoint(news):
        return saved, key, None
    old = conn.execute(_TEXT, {"text_key": found["text_key"]}).one()
    content = Fingerprinted(old.text)
    linking.unlink(conn, key, content)
    stories.forget(conn, key, old.title, content, found["published_day"])
    if not changed:
        return saved, key, found | news | {"text": old.text}
    fulltext.remove(conn, key, old.title, old.text)
    _new_text(conn, key, revision, article, values, run, stamp)
    return saved, key, found | news | {"text": article.text}


def _new_text(
    conn: Connection,
    key: int,
    number: int,
    article: Article,
    values: dict[str, Any],
    run: str | None,
    stamp: str,
) -> None:
    row = {name: values[name] for name in ("title", "content_hash", "fetched_at", "extractor_version", "archive_ref")}
    row |= {"article_key": key, "number": number, "text": article.text, "run_id": run, "stored_at": stamp}
    text_key = conn.execute(_INSERT_TEXT, row).scalar_one()
    conn.execute(_SET_TEXT, {"article": key, "text_key": text_key})
    fulltext.add(conn, key, values["title"], article.text)


def _link(conn: Connection, key: int, id_: str, row: dict[str, Any], *, revised: bool) -> linking.Match | None:
    provenance = Provenance(
        row["url"],
        row["outlet"],
        row["text"],
        row["dateline"],
        row["cited_sources"],
        None if row["sort_key"] == UNDATED else row["sort_key"],
        row["published_precision"],
        row["published_day"],
    )
    content = Fingerprinted(row["text"])
    copy = linking.link(conn, linking.Subject(key, id_, content, provenance), revised=revised)
    stories.assign(conn, key, row["title"], content, row["published_day"], copy)
    return copy


def ids_of(article: Article) -> list[str]:
    """The addresses the article has or claims to have, the one that names it first."""
    return refusal.ids_of(article.url, article.canonical_url)


def withdrawn(conn: Connection, ids: list[str], others: list[str]) -> bool:
    """Whether a tombstone refuses one of these addresses, or one of ``others`` (``refusal.values_of``)."""
    return conn.execute(_TOMBSTONE, _asked(ids, others)).first() is not None


def _asked(ids: list[str], others: list[str]) -> dict[str, str | None]:
    """Addresses and other values as the parameters of ``_KNOWN``; those that are not there equal nothing."""
    values = (*ids, *[None] * (_MOST - len(ids)), *others, *[None] * (_MOST - len(others)))
    return dict(zip((param.key for param in (*_IDS, *_OTHERS)), values, strict=True))


def take_turn(conn: Connection) -> None:
    """Wait until no other transaction stores, rejects or withdraws; SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})
