"""What is known of URLs: adding them with better and better hints, and looking them up. See ``storage.frontier``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.database.frontier_tables import hosts, robots, urls
from storage.database.rows import UNSTORABLE
from storage.database.upsert import upsert
from storage.frontier.runs import Runs

# Seconds after which a URL that was given up is tried once more because an outlet still names it: a day, less what a
# daily run may come early.
NAMED_AGAIN = 23 * 3_600.0
# Seconds after which a source that moved for good is asked at its old address again: is it still gone?
MOVED_AGAIN = 30 * 86_400.0
# Hints that come from answers, not from who named the URL; a further sighting leaves them.
LEARNED = frozenset({"whole_at", "suspect", "shrunk"})
_TARGET_AT = len("redirected to ") + 1
# Built once: SQLAlchemy takes longer to build a statement than SQLite to run it.
_KNOWN = sa.select(urls.c.identity, urls.c.outlet, urls.c.state, urls.c.priority, urls.c.day, urls.c.hints).where(
    urls.c.identity.in_(sa.bindparam("identities", expanding=True))
)
_ARTICLE_OF = sa.select(urls.c.article_id).where(urls.c.identity == sa.bindparam("identity"))


@dataclass(frozen=True, slots=True)
class NewUrl:
    """A URL to add: ``identity`` is its normal form (one row each), ``hints`` small JSON values for its reader."""

    url: str
    identity: str
    host: str
    outlet: str
    kind: str = "article"
    source: str = ""
    priority: float = 0.0
    day: str | None = None  # publication day by the hints, YYYY-MM-DD
    hints: dict[str, Any] = field(default_factory=dict)
    owner: str | None = None  # whose host it is, where that is not the outlet's: a web archive's


class FrontierWrites(Runs):
    """URLs, hosts and robots.txt files. Methods that take ``conn`` join the caller's transaction."""

    @property
    def _insert(self) -> Any:
        return postgresql.insert if self.db.dialect == "postgresql" else sqlite.insert

    def add(
        self, conn: sa.Connection, new: Iterable[NewUrl], *, run_started: float | None = None, named: bool = False
    ) -> int:
        """Make URLs known; returns how many were new.

        A URL already known keeps its state; better hints raise its priority. A source (every ``kind`` but
        "article") that was last asked before ``run_started`` is made due again: each run asks it once. With ``named``
        (a feed or sitemap names them today) articles that were given up more than a day ago are tried once more.
        """
        return len(self.add_new(conn, new, run_started=run_started, named=named))

    def add_new(
        self, conn: sa.Connection, new: Iterable[NewUrl], *, run_started: float | None = None, named: bool = False
    ) -> set[str]:
        """As ``add``; returns the identities of those that were new."""
        # One order for all: two runs that add the same URLs at once then wait for each other, and never in a ring.
        rows = sorted({item.identity: item for item in new}.values(), key=lambda item: item.identity)
        added = set[str]()
        for start in range(0, len(rows), 500):  # bounded statements: SQLite allows 32,766 variables
            added |= self._add_some(conn, rows[start : start + 500], run_started, named)
        return added

    def _add_some(
        self, conn: sa.Connection, rows: Sequence[NewUrl], run_started: float | None, named: bool
    ) -> set[str]:
        self._know_hosts(conn, {(row.host, row.owner or row.outlet) for row in rows})
        known = {row.identity: row for row in conn.execute(_KNOWN, {"identities": [row.identity for row in rows]})}
        fresh = [row for row in rows if row.identity not in known]
        if fresh:
            conn.execute(
                self._insert(urls).on_conflict_do_nothing(index_elements=[urls.c.identity]),
                [
                    {
                        "url": row.url,
                        "identity": row.identity,
                        "host": row.host,
                        "outlet": row.outlet,
                        "kind": row.kind,
                        "source": row.source,
                        "state": "discovered",
                        "priority": row.priority,
                        "day": row.day,
                        "hints": pack(row.hints),
                        "found_at": self.clock(),
                    }
                    for row in fresh
                ],
            )
        for row in rows:
            if row.identity in known:
                self._know_better(conn, row, known[row.identity], run_started)
        if named:
            given_up = [old.identity for old in known.values() if old.state in ("failed", "gone")]
            conn.execute(  # its attempts stay used up: one more failure, and it is given up again
                sa.update(urls)
                .where(
                    urls.c.identity.in_(given_up),
                    urls.c.kind == "article",
                    sa.or_(urls.c.state == "failed", sa.and_(urls.c.state == "gone", urls.c.status == 404)),
                    urls.c.fetched_at <= self.clock() - NAMED_AGAIN,
                )
                .values(state="discovered", due_at=None)
            )
        return {row.identity for row in fresh}

    def _know_better(self, conn: sa.Connection, row: NewUrl, old: Any, run_started: float | None) -> None:
        """What a further sighting changes about a URL already known; mostly nothing, and then nothing is written."""
        same = urls.c.identity == row.identity
        if old.outlet != row.outlet:  # an outlet was renamed or split: its URLs must not be orphaned
            conn.execute(sa.update(urls).where(same, urls.c.state != "leased").values(outlet=row.outlet))
        learned = {name: value for name, value in json.loads(old.hints or "{}").items() if name in LEARNED}
        changes: dict[str, Any] = {"priority": row.priority, "hints": pack({**learned, **row.hints})}
        if row.kind != "article" and run_started is not None:
            if old.state in ("discovered", "leased"):
                return
            not_asked = sa.or_(urls.c.fetched_at.is_(None), urls.c.fetched_at < run_started)
            changes |= {"state": "discovered", "attempts": 0, "due_at": None}
            conn.execute(
                sa.update(urls).where(same, urls.c.state.not_in(("discovered", "leased")), not_asked).values(**changes)
            )
        elif old.state == "discovered" and old.priority < row.priority:
            if row.day is not None:
                changes["day"] = row.day
            better = urls.c.priority < row.priority
            conn.execute(sa.update(urls).where(same, urls.c.state == "discovered", better).values(**changes))
        elif old.state == "discovered" and (row.day is not None and old.day is None):
            merged = pack({**row.hints, **json.loads(old.hints)})  # a source that came later may know the day
            waiting = sa.and_(same, urls.c.state == "discovered", urls.c.day.is_(None))
            conn.execute(sa.update(urls).where(waiting).values(day=row.day, hints=merged))

    def ask_again(
        self, conn: sa.Connection, outlet: str, kind: str, run_started: float, *, failed: bool = False
    ) -> list[str]:
        """Make an outlet's known sources of one kind due that this run has not asked yet; returns their hosts.

        For an index of sources that is unchanged: what it names may have changed all the same. With ``failed`` only
        those that an earlier run gave up: an unchanged first page does not name them anew.
        """
        updated = conn.execute(
            sa.update(urls)
            .where(
                urls.c.outlet == outlet,
                urls.c.kind == kind,
                urls.c.state == "failed" if failed else urls.c.state.not_in(("discovered", "leased")),
                sa.or_(urls.c.fetched_at.is_(None), urls.c.fetched_at < run_started),
            )
            .values(state="discovered", attempts=0, due_at=None)
            .returning(urls.c.host)
        )
        return sorted(set(updated.scalars()))

    def moved(self, conn: sa.Connection, identities: Sequence[str]) -> dict[str, str]:
        """Where sources have moved for good (301, 308), by their identity; an address that moved back, or whose new
        place is given up, is not among them, nor one that was last asked ``MOVED_AGAIN`` seconds ago."""
        there, found = urls.alias(), dict[str, str]()
        for start in range(0, len(identities), 500):
            rows = conn.execute(
                sa.select(urls.c.identity, there.c.url)
                .join(there, there.c.identity == urls.c.kind + " " + sa.func.substr(urls.c.reason, _TARGET_AT))
                .where(
                    urls.c.identity.in_(identities[start : start + 500]),
                    urls.c.kind != "article",
                    urls.c.state == "gone",
                    urls.c.status.in_((301, 308)),
                    urls.c.fetched_at > self.clock() - MOVED_AGAIN,
                    there.c.outlet == urls.c.outlet,
                    sa.or_(
                        there.c.state.not_in(("gone", "failed", "barred")),
                        sa.and_(there.c.state == "gone", there.c.status.in_((301, 308))),  # it moved on
                    ),
                )
            )
            found |= {row.identity: row.url for row in rows}
        return found

    def reopen(self, conn: sa.Connection, outlets: Sequence[str], since: str | None, until: str | None) -> int:
        """Make articles that were left out for their day discovered again where the days wanted now (both ends
        included, YYYY-MM-DD, None: open) hold them; returns how many."""
        wanted = [urls.c.state == "outside", urls.c.outlet.in_(outlets)]
        if since is not None:
            wanted.append(urls.c.day >= since)
        if until is not None:
            wanted.append(urls.c.day <= until)
        return conn.execute(sa.update(urls).where(*wanted).values(state="discovered", attempts=0)).rowcount

    def _know_hosts(self, conn: sa.Connection, owned: set[tuple[str, str]]) -> None:
        if not owned:
            return
        insert = self._insert(hosts)
        conn.execute(
            insert.on_conflict_do_update(
                index_elements=[hosts.c.host],
                set_={"outlet": insert.excluded.outlet},
                where=hosts.c.outlet != insert.excluded.outlet,
            ),
            [{"host": host, "outlet": owner, "delay": 0.0, "next_request_at": 0.0} for host, owner in sorted(owned)],
        )

    def make_due(self, conn: sa.Connection, identity: str) -> int:
        """Have a page that was fetched before asked for again, without its validators; the number of rows found."""
        done = conn.execute(
            sa.update(urls)
            .where(urls.c.identity == identity, urls.c.state.in_(("fetched", "delayed", "discovered")))
            .values(state="discovered", due_at=None, etag=None, last_modified=None)
        )
        return done.rowcount

    def adopt(self, conn: sa.Connection, identity: str, article_id: str) -> None:
        """A page that was fetched and not wanted is an article after all."""
        conn.execute(
            sa.update(urls)
            .where(urls.c.identity == identity, urls.c.state == "fetched")
            .values(article_id=article_id, reason=None)
        )

    def article_of(self, conn: sa.Connection, identity: str) -> str | None:
        """The id of the article that a URL became, if it did."""
        found: str | None = conn.scalar(_ARTICLE_OF, {"identity": identity})
        return found

    def hints(self, conn: sa.Connection, identity: str) -> tuple[str, dict[str, Any]]:
        """How a page was found and what was known of it before it was fetched; ("", {}) for an unknown one."""
        row = conn.execute(sa.select(urls.c.source, urls.c.hints).where(urls.c.identity == identity)).one_or_none()
        return ("", {}) if row is None else (row.source, json.loads(row.hints or "{}"))

    def known_before(self, conn: sa.Connection, identities: Iterable[str], moment: float) -> int:
        """How many of some identities were found before a moment."""
        names, known = list(identities), 0
        for start in range(0, len(names), 500):
            known += (
                conn.scalar(
                    sa.select(sa.func.count()).where(
                        urls.c.identity.in_(names[start : start + 500]), urls.c.found_at < moment
                    )
                )
                or 0
            )
        return known

    def fetched(self, conn: sa.Connection, identities: Iterable[str]) -> set[str]:
        """Those of some identities whose URLs were fetched."""
        names, had = list(identities), set[str]()
        for start in range(0, len(names), 500):
            part = names[start : start + 500]
            had |= set(
                conn.scalars(sa.select(urls.c.identity).where(urls.c.identity.in_(part), urls.c.state == "fetched"))
            )
        return had

    def robots(self, origin: str) -> Any | None:
        """What is stored of an origin's robots.txt: status, body, etag, last_modified, fetched_at."""
        with self.db.read() as conn:
            return conn.execute(sa.select(robots).where(robots.c.origin == origin)).one_or_none()

    def keep_robots(self, origin: str, **values: Any) -> None:
        """Store an origin's robots.txt as it was answered, with the time.

        Where it says something else than before, what it barred is discovered again: it may be allowed now.
        """
        values["fetched_at"] = self.clock()
        with self.db.begin() as conn:
            rules = (robots.c.status, robots.c.body)
            before = conn.execute(sa.select(*rules).where(robots.c.origin == origin)).one_or_none()
            upsert(conn, robots, {"origin": origin, **values})
            if before is not None and (before.status, bytes(before.body)) != (values["status"], values["body"]):
                barred = sa.and_(urls.c.host == urlsplit(origin).hostname, urls.c.state == "barred")
                conn.execute(sa.update(urls).where(barred).values(state="discovered", due_at=None))

    def counts(self) -> dict[tuple[str, str, str], int]:
        """Number of URLs by (outlet, kind, state)."""
        with self.db.read() as conn:
            rows = conn.execute(
                sa.select(urls.c.outlet, urls.c.kind, urls.c.state, sa.func.count()).group_by(
                    urls.c.outlet, urls.c.kind, urls.c.state
                )
            )
            return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


def pack(hints: dict[str, Any]) -> str:
    """Hints as they are stored: JSON with sorted keys, and without what no database stores."""
    return UNSTORABLE.sub("\ufffd", json.dumps(hints, ensure_ascii=False, sort_keys=True))
