"""Taking articles out of the corpus for good: text and metadata go, a tombstone stays and refuses them ever after.

The tombstone holds the URL, the outlet, the reason and the time, and by what the article is known under another address
of its outlet: hashes of its texts, and its number there (``storage.corpus.refusal``). What the corpus cannot reach is
told to the caller: raw captures in the archive (``archive_refs``, and ``refused`` to know others by their address), and
files that were exported before (the next delta lists the withdrawal).
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, or_, select, text, update

from storage.copies import linking, stories
from storage.copies.fingerprints import Fingerprinted
from storage.corpus import Corpus
from storage.corpus.refusal import content_keys, number_keys
from storage.corpus.saving import take_turn
from storage.database import fulltext
from storage.database import tables as models
from storage.database.frontier_tables import hosts, urls
from storage.database.rows import now
from storage.database.upsert import insert_new
from storage.errors import ConfigurationError
from storage.export.pinned import seal_without, snapshots_with
from storage.frontier import WITHDRAWN
from storage.identity import article_key, id_of, is_id

_BATCH = 200


@dataclass(slots=True)
class Withdrawn:
    """What a withdrawal took out."""

    articles: int = 0
    near_misses: int = 0
    archive_refs: list[str] = field(default_factory=list)  # raw captures that are still in the archive
    lingers: bool = False  # a reader of the moment kept SQLite's write-ahead log, which may hold the text


@dataclass(frozen=True, slots=True)
class Refused:
    """By what an address that must not be kept is known, all tombstones together."""

    ids: frozenset[str]  # of ``storage.identity.id_of``
    pages: tuple[tuple[str, str | None], ...]  # URL and outlet
    hosts: frozenset[str]  # of outlets that were withdrawn
    others: frozenset[str]  # identities (the frontier's) of pages on these hosts that are other outlets'


def withdraw(corpus: Corpus, target: str, reason: str) -> Withdrawn:
    """Withdraw one article (URL or id) or a whole outlet (its id), in one transaction.

    A URL or outlet that is not in the corpus is refused from now on all the same, and what was withdrawn before can be
    withdrawn again. Raises ``ConfigurationError`` for an unknown article id or an empty reason.
    """
    if not reason.strip():
        raise ConfigurationError("a withdrawal needs a reason; it is kept with the tombstone")
    done = Withdrawn()
    with corpus.db.begin() as conn:
        take_turn(conn)
        _reseal(conn, target)
        if "://" in target or is_id(target):
            _withdraw_url(conn, target, reason, done)
        else:
            _withdraw_outlet(conn, target, reason, done)
        if corpus.db.dialect == "sqlite" and done.articles:
            conn.exec_driver_sql("INSERT INTO articles_fts(articles_fts) VALUES ('optimize')")
    done.lingers = not _overwrite(corpus)
    return done


def tombstones(corpus: Corpus) -> list[dict[str, Any]]:
    """All withdrawals of articles and outlets, oldest first."""
    table = models.withdrawals
    asked = select(table).where(table.c.scope.in_(["url", "outlet"])).order_by(table.c.key)
    with corpus.db.read() as conn:
        return [dict(row) for row in conn.execute(asked).mappings()]


def knows_outlet(corpus: Corpus, outlet: str) -> bool:
    """Whether anything of an outlet was ever seen: an article, a near miss, a URL, a tombstone."""
    tables = (models.articles.c.outlet, models.rejected.c.outlet, urls.c.outlet, models.withdrawals.c.outlet)
    with corpus.db.read() as conn:
        return any(conn.execute(select(name).where(name == outlet).limit(1)).first() for name in tables)


def refused(corpus: Corpus) -> Refused:
    """What all tombstones refuse, to find captures of it in an archive."""
    with corpus.db.read() as conn:
        tombs = list(conn.execute(select(models.withdrawals)))
        outlets = [tomb.value for tomb in tombs if tomb.scope == "outlet"]
        owned = list(conn.scalars(select(hosts.c.host).where(hosts.c.outlet.in_(outlets))))
        others = conn.scalars(select(urls.c.identity).where(urls.c.host.in_(owned), urls.c.outlet.not_in(outlets)))
        return Refused(
            ids=frozenset(tomb.value for tomb in tombs if tomb.scope == "url"),
            pages=tuple({(tomb.url, tomb.outlet) for tomb in tombs if tomb.scope == "url" and tomb.url}),
            hosts=frozenset(owned),
            others=frozenset(others),
        )


def _withdraw_url(conn: Connection, target: str, reason: str, done: Withdrawn) -> None:
    address = target if is_id(target) else id_of(article_key(target))
    row = _articles(conn, models.addresses.c.id == address).first()
    if row is not None:
        buried = _take_out(conn, row, reason, done, but=_named_by_others(conn, row))
        _forget_urls(conn, row.url, row.id)
        _forget_spellings(conn, row.outlet, buried)
        return
    misses = _misses(conn, address, target)
    if not misses and is_id(target):
        table = models.withdrawals.c
        if conn.execute(select(table.key).where(or_(table.article_id == target, table.value == target))).first():
            return
        raise ConfigurationError(f"there is no article {target}; give its URL to refuse it from now on")
    url, outlet = (misses[0].url, misses[0].outlet) if misses else (target, None)
    own = [id_of(article_key(url)), *(miss.id for miss in misses)]
    _bury(conn, "url", list(dict.fromkeys([address, *own])), address, url, outlet, reason)
    _forget_urls(conn, url, address)
    _forget_misses(conn, models.rejected.c.id.in_([miss.id for miss in misses]), done)


def _named_by_others(conn: Connection, row: Any) -> set[str]:
    """What it claims, or once claimed, as an address and others claim too: a tombstone would refuse them all."""
    addresses = select(models.addresses.c.id).where(models.addresses.c.article_key == row.key)
    claimed = {*conn.scalars(addresses)} - {row.id, id_of(article_key(row.url))}
    if not claimed:
        return set()
    table = models.articles.c
    others = select(table.claimed_id).where(
        table.outlet == row.outlet, table.key != row.key, table.claimed_id.in_(claimed)
    )
    return {*conn.scalars(others)}


def _withdraw_outlet(conn: Connection, outlet: str, reason: str, done: Withdrawn) -> None:
    _bury(conn, "outlet", [outlet], None, None, outlet, reason)
    for batch in iter(lambda: _articles(conn, models.articles.c.outlet == outlet).fetchmany(_BATCH), []):
        for row in {row.key: row for row in batch}.values():
            _take_out(conn, row, reason, done)
    _forget_misses(conn, models.rejected.c.outlet == outlet, done)
    _settle(conn, urls.c.outlet == outlet)


def _reseal(conn: Connection, target: str) -> None:
    """Let the snapshots that lose articles prove themselves without them."""
    if "://" in target or is_id(target):
        address = target if is_id(target) else id_of(article_key(target))
        condition: Any = models.addresses.c.id == address
    else:
        condition = models.articles.c.outlet == target
    wanted = select(models.articles.c.id).join(
        models.addresses, models.addresses.c.article_key == models.articles.c.key
    )
    ids = set(conn.scalars(wanted.where(condition)))
    for snapshot in snapshots_with(conn, ids) if ids else ():
        seal_without(conn, snapshot, ids)


def _misses(conn: Connection, address: str, target: str) -> list[Any]:
    """Near misses of an id or a URL: they are stored under what their page called its address."""
    table = models.rejected.c
    found = {row.id: row for row in conn.execute(select(models.rejected).where(table.id == address))}
    if not is_id(target):
        alike = select(models.rejected).where(table.url.contains(article_key(target), autoescape=True))
        found |= {row.id: row for row in conn.execute(alike) if article_key(row.url) == article_key(target)}
    return list(found.values())


def _forget_misses(conn: Connection, condition: Any, done: Withdrawn) -> None:
    for ref in conn.scalars(select(models.rejected.c.archive_ref).where(condition)):
        done.archive_refs += [part for part in (ref or "").split() if part not in done.archive_refs]
    missed, said = models.rejected.c, models.decisions.c
    about = or_(said.id.in_(select(missed.id).where(condition)), said.url.in_(select(missed.url).where(condition)))
    conn.execute(delete(models.decisions).where(about))
    done.near_misses += conn.execute(delete(models.rejected).where(condition)).rowcount


def _forget_urls(conn: Connection, url: str, article_id: str) -> None:
    """Have the crawl ask for an address no more, and forget the headline by which it was found."""
    alike = select(urls.c.id, urls.c.url).where(urls.c.url.contains(article_key(url), autoescape=True))
    ids = [row.id for row in conn.execute(alike) if article_key(row.url) == article_key(url)]
    _settle(conn, or_(urls.c.id.in_(ids), urls.c.article_id == article_id))


def _forget_spellings(conn: Connection, outlet: str | None, buried: Set[str]) -> None:
    """The same of an article's other addresses, which may wait to be asked for under the same headline."""
    known = conn.execute(select(urls.c.id, urls.c.url).where(urls.c.outlet == outlet, urls.c.kind == "article"))
    ids = [row.id for row in known if id_of(article_key(row.url)) in buried]
    for start in range(0, len(ids), _BATCH):
        _settle(conn, urls.c.id.in_(ids[start : start + _BATCH]))


def _settle(conn: Connection, condition: Any) -> None:
    values = {
        "state": "gone",
        "reason": WITHDRAWN,
        "hints": "{}",
        "leased_by": None,  # a run at work on it finds its lease lost, and writes nothing
        "due_at": None,
        "etag": None,
        "last_modified": None,
        "content_hash": None,
    }
    conn.execute(update(urls).where(urls.c.kind == "article", condition).values(values))


def _articles(conn: Connection, condition: Any) -> Any:
    columns = [models.articles.c[name] for name in ("key", "id", "url", "canonical_url", "outlet", "published_day")]
    return conn.execute(
        select(*columns, models.revisions.c.title, models.revisions.c.text)
        .join(models.addresses, models.addresses.c.article_key == models.articles.c.key)
        .join(models.revisions, models.revisions.c.key == models.articles.c.text_key)
        .where(condition)
        .limit(_BATCH)
    )


def _take_out(conn: Connection, row: Any, reason: str, done: Withdrawn, but: Set[str] = frozenset()) -> Set[str]:
    key = row.key
    addresses = list(conn.scalars(select(models.addresses.c.id).where(models.addresses.c.article_key == key)).all())
    values = [value for value in dict.fromkeys([*addresses, row.id]) if value not in but]
    _bury(conn, "url", values, row.id, row.url, row.outlet, reason)
    _bury_content(conn, row, reason)
    done.archive_refs += [ref for ref in _archive_refs(conn, key) if ref not in done.archive_refs]
    content = Fingerprinted(row.text)
    linking.unlink(conn, key, content)
    stories.forget(conn, key, row.title, content, row.published_day)
    fulltext.remove(conn, key, row.title, row.text)
    conn.execute(delete(models.records).where(models.records.c.article_id == row.id))
    said = models.decisions.c
    conn.execute(delete(models.decisions).where(or_(said.id.in_([*addresses, row.id]), said.url == row.url)))
    missed = models.rejected.c
    _forget_misses(conn, or_(missed.id.in_(addresses), missed.id == row.id, missed.url == row.url), done)
    conn.execute(delete(models.articles).where(models.articles.c.key == key))  # the rest goes with it
    done.articles += 1
    return {*values}


def _bury_content(conn: Connection, row: Any, reason: str) -> None:
    """Refuse the same texts and the same number under other addresses of the outlet, unless an article that stays has
    them too."""
    if row.outlet is None:
        return
    revisions, articles = models.revisions.c, models.articles
    readings = conn.execute(select(revisions.title, revisions.text).where(revisions.article_key == row.key))
    keys = content_keys(row.outlet, [(reading.title, reading.text) for reading in readings])
    numbers = number_keys(row.outlet, [row.url])
    if numbers:
        others = conn.scalars(select(articles.c.url).where(articles.c.outlet == row.outlet, articles.c.key != row.key))
        taken = set(number_keys(row.outlet, others))
        keys += [key for key in numbers if key not in taken]
    for scope, value in keys:
        _bury(conn, scope, [value], row.id, row.url, row.outlet, reason)


def _archive_refs(conn: Connection, key: int) -> Iterator[str]:
    for ref in conn.scalars(select(models.revisions.c.archive_ref).where(models.revisions.c.article_key == key)):
        if ref:
            yield from ref.split()


def _bury(
    conn: Connection, scope: str, values: list[str], id_: str | None, url: str | None, outlet: str | None, reason: str
) -> None:
    stamp = now()
    rows = [
        {
            "scope": scope,
            "value": value,
            "article_id": id_,
            "url": url,
            "outlet": outlet,
            "reason": reason,
            "withdrawn_at": stamp,
        }
        for value in values
    ]
    insert_new(conn, models.withdrawals, rows)


def _overwrite(corpus: Corpus) -> bool:
    """Let nothing of it stay in the write-ahead log or in dead rows; False where a reader kept the log from going."""
    with corpus.db.guarded(), corpus.db.engine.connect() as connection:
        if corpus.db.dialect == "sqlite":
            raw = connection.connection.cursor()
            busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            raw.close()
            return not busy
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        autocommit.execute(text("VACUUM articles, revisions, evidence, rejected, records, articles_fts, urls"))
        return True
