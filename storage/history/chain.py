"""The copies of one report as a tree: its origin, what was copied from it, and who names whom as the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from storage.corpus import Corpus
from storage.database.tables import addresses, articles, copies, withdrawals
from storage.identity import article_key, id_of, is_id

MAX_MEMBERS = 10_000  # of one chain; no report has that many


@dataclass(slots=True)
class Link:
    """An article of a chain and those copied from it. ``kind`` and ``evidence`` are of its own link upwards.

    ``withdrawn``: a tombstone is all that is left; ``url`` is None where not even that is known.
    """

    id: str
    url: str | None
    outlet: str | None = None
    title: str | None = None
    published_at: str | None = None
    dateline: str | None = None
    cited_sources: list[str] = field(default_factory=list)
    kind: str | None = None
    evidence: Any = None
    withdrawn: bool = False
    copies: list[Link] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """The same for JSON, nested."""
        own = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "copies"}
        return own | {"copies": [one.record() for one in self.copies]}


def chain(corpus: Corpus, id_or_url: str, *, most: int = MAX_MEMBERS) -> Link | None:
    """The whole tree an article belongs to, from its origin; copies in order of publication. None: no such article.

    Of a chain with more than ``most`` members the first are given.
    """
    address = id_or_url if is_id(id_or_url) else id_of(article_key(id_or_url))
    above = select(copies.c.copy_of).join(articles, articles.c.key == copies.c.article_key)
    with corpus.db.read() as conn:
        top = conn.scalar(
            select(articles.c.id)
            .join(addresses, addresses.c.article_key == articles.c.key)
            .where(addresses.c.id == address)
        )
        if top is None:
            return None
        seen = {top}
        while (up := conn.scalar(above.where(articles.c.id == top))) is not None and up not in seen:
            seen.add(up)
            top = up
        columns = [articles.c[name] for name in Link.__dataclass_fields__ if name in articles.c]
        own = conn.execute(select(*columns).where(articles.c.id == top)).mappings().first()
        root = Link(**own) if own else _tombstone(conn, top)
        below = (
            select(*columns, copies.c.kind, copies.c.evidence, copies.c.copy_of)
            .join(copies, copies.c.article_key == articles.c.key)
            .order_by(articles.c.sort_key, articles.c.id)
        )
        known, level = {root.id: root}, [root.id]
        while level and len(known) < most:
            rows = conn.execute(below.where(copies.c.copy_of.in_(level)).limit(most - len(known))).mappings().all()
            level = []
            for row in rows:
                values = dict(row)
                parent = known[values.pop("copy_of")]
                if values["id"] in known:
                    continue
                link = known[values["id"]] = Link(**values)
                parent.copies.append(link)
                level.append(link.id)
    return root


def _tombstone(conn: Any, id_: str) -> Link:
    """What is left of an origin that was withdrawn."""
    table = withdrawals.c
    row = conn.execute(select(table.url, table.outlet).where(table.article_id == id_)).first()
    return Link(id_, row.url if row else None, row.outlet if row else None, withdrawn=True)
