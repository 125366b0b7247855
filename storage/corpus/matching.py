"""Which stored article a page is of: the one under its own URL, one its canonical URL leads to, or one that moved.

The page's own URL is proof. A canonical URL is a claim, and some content management systems make the same claim on
every page (a section's address, or an article's out of a template): it is believed where the content bears it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from storage.article import Article
from storage.copies.comparison import EXCERPT, FEW_WORDS, compare
from storage.copies.fingerprints import Fingerprinted
from storage.database import tables
from storage.database.rows import storable
from storage.identity import article_identity, article_key, id_of, may_be_canonical, plainly_names

_ALIKE = frozenset({"exact", "near", "excerpt"})
CONTESTED = 50  # articles with the same claim that are looked at; that there are two is enough
REVISIONS = 5  # newest texts of an article that a page is compared with: another edition may lag behind

# Built once, as those of ``storage.corpus.saving``.
_ROW = tables.articles.c
_SAME_CLAIM = (
    select(_ROW.key, _ROW.url)
    .where(
        _ROW.claimed_id == bindparam("claim"),
        _ROW.outlet.is_not_distinct_from(bindparam("its_outlet")),
        _ROW.key != bindparam("own"),
    )
    .limit(CONTESTED)
)


def match_record(
    conn: Connection,
    article: Article,
    ids: Sequence[str],
    known: set[str],
    twins: Iterable[tuple[str, str]],
    stored: Callable[[str], dict[str, Any]],
) -> tuple[dict[str, Any] | None, list[str]]:
    """The stored article that this is, if any, and the ids that are addresses of it from now on; the first of them
    names it where it is new.

    ``known`` are those of ``ids`` that are addresses of articles, ``stored`` gives an article's row by address. An
    address that another article only claimed, and that proves to be this one's, is taken from that and from ``known``.
    ``twins`` are the outlet's articles of this text, title and time of publication, as (id, url): one of the same host
    is this under another address, its slug was changed, or its section; a reprint has a time of its own.
    """
    own = id_of(article_key(article.url))
    if own in known:
        row = stored(own)
        claimed_only = row["id"] != own and id_of(article_key(row["url"])) != own
        if not claimed_only or _one_of_its_texts(conn, row["key"], article.title, article.text):
            return row, list(ids)
        conn.execute(delete(tables.addresses).where(tables.addresses.c.id == own))
        known.discard(own)
    claimed = next((id_ for id_ in ids if id_ in known), None)
    if claimed is None:
        host = article_key(article.url).partition("/")[0]
        moved = next((id_ for id_, url in twins if article_key(url).partition("/")[0] == host), None)
        return (None if moved is None else stored(moved)), list(ids)
    row = stored(claimed)
    if _one_of_its_texts(conn, row["key"], article.title, article.text):
        return row, list(ids)
    return None, [own]


def may_have_moved(article: Article) -> bool:
    """Whether its time of publication and text are such that no other article of its outlet has both by chance."""
    return article.published_at is not None and len(article.text.split()) >= FEW_WORDS


def believed(conn: Connection, article: Article, ids: Sequence[str], key: int | None) -> str | None:
    """An article's canonical URL as its record shows it: None where nothing bears the page's claim out.

    ``ids`` are its addresses as ``match_record`` gives them, ``key`` its own where it is stored. A claim that plainly
    names the page is believed, and one that no other article of the outlet makes; where one does, it is false for both.
    """
    claim: str | None = storable(article.canonical_url)
    if claim is None or not may_be_canonical(article.url, claim):
        return None
    if plainly_names(article.url, claim):
        return claim
    id_ = id_of(article_key(claim))
    others = conn.execute(_SAME_CLAIM, {"claim": id_, "its_outlet": article.outlet, "own": key or 0}).all()
    false = [row.key for row in others if not plainly_names(row.url, claim)]
    if false:
        conn.execute(update(tables.articles).where(_ROW.key.in_(false)).values(canonical_url=None))
    return None if others or id_ not in ids else claim


def misses_of(conn: Connection, article: Article, ids: Collection[str]) -> list[str]:
    """Which of these near misses are the same page as an article that is stored now."""
    table = tables.rejected.c
    own = article_key(article.url)
    return [
        miss.id
        for miss in conn.execute(select(table.id, table.url, table.title, table.text).where(table.id.in_(ids)))
        if miss.id == id_of(own)
        or article_key(miss.url) == own
        or same_page(miss.title, miss.text or "", article.title, article.text)
    ]


def miss_id(conn: Connection, url: str, canonical_url: str | None, title: str | None, text: str | None) -> str:
    """The id of a near miss: its canonical URL's, unless another page is known under that; then its own URL's."""
    own, claimed = id_of(article_key(url)), id_of(article_identity(url, canonical_url))
    if claimed == own:
        return own
    key = conn.execute(select(tables.addresses.c.article_key).where(tables.addresses.c.id == claimed)).scalar()
    if key is not None and not _one_of_its_texts(conn, key, title, text or ""):
        return own
    table = tables.rejected.c
    miss = conn.execute(select(table.url, table.title, table.text).where(table.id == claimed)).first()
    if miss is None or article_key(miss.url) == article_key(url):
        return claimed
    return claimed if same_page(miss.title, miss.text or "", title, text or "") else own


def same_page(title: str | None, text: str, other_title: str | None, other_text: str) -> bool:
    """Whether two pages that name one canonical URL are views of one article: equal or nearly equal, or an excerpt.

    Short texts (a caption, a teaser before a paywall) are alike by chance: their titles must be the same as well. So
    must those of texts that tell other figures in the same words: a later state of one page, or a template.
    """
    one, other = Fingerprinted(text), Fingerprinted(other_text)
    entitled = bool(_words(title)) and _words(title) == _words(other_title)
    if min(len(one.words), len(other.words)) >= FEW_WORDS:
        likeness = compare(one, other)
        return likeness.kind in _ALIKE or (entitled and likeness.wording is not None)
    if not entitled:
        return False
    return one.words == other.words or compare(one, other).shingles >= EXCERPT


def _one_of_its_texts(conn: Connection, key: int, title: str | None, text: str) -> bool:
    table = tables.revisions.c
    newest = select(table.title, table.text).where(table.article_key == key).order_by(table.number.desc())
    return any(same_page(row.title, row.text, title, text) for row in conn.execute(newest.limit(REVISIONS)))


def _words(title: str | None) -> list[str]:
    return re.findall(r"\w+", (title or "").casefold())
