"""Triggers that note in ``touched`` which outlet's day a write changes, whatever command or person writes.

A crawl's own traffic (a URL leased, put off, leased again) changes no count and notes nothing; nor does a URL whose day
is not known, which no count holds: there may be a hundred thousand of an outlet.
"""

from __future__ import annotations

from collections.abc import Iterator

# Article, copy and URL rows in the shape (statement body for NEW or OLD).
_ARTICLE = "INSERT INTO touched (outlet, day) SELECT {row}.outlet, coalesce({row}.published_day, '')"
_ITS_COPIES = (  # whose edges lead to its outlet
    "INSERT INTO touched (outlet, day) SELECT a.outlet, coalesce(a.published_day, '') FROM copies c"
    " JOIN articles a ON a.key = c.article_key WHERE c.copy_of = {row}.id AND a.outlet IS NOT NULL"
)
_COPY = (
    "INSERT INTO touched (outlet, day) SELECT a.outlet, coalesce(a.published_day, '') FROM articles a"
    " WHERE a.key = {row}.article_key AND a.outlet IS NOT NULL"
)
_URL = "INSERT INTO touched (outlet, day) SELECT {row}.outlet, {row}.day WHERE {row}.day IS NOT NULL"
_ITS_PAGE = (  # of a capture in a web archive: the page is counted with it from now on
    "INSERT INTO touched (outlet, day) SELECT u.outlet, u.day FROM urls u WHERE u.day IS NOT NULL"
    " AND {row}.identity LIKE 'capture %' AND u.identity = substr({row}.identity, 9)"
)
_WAITS = "CASE WHEN {row}.state IN ('discovered', 'leased', 'delayed', 'outside') THEN 'waits' ELSE {row}.state END"


def create(dialect: str) -> Iterator[str]:
    """The statements that make them; ``dialect`` is ``sqlite`` or ``postgresql``."""
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"

    def changed(*columns: str) -> str:
        return " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in columns)

    state = f"{_WAITS.format(row='OLD')} <> {_WAITS.format(row='NEW')}"
    article, url = "{row}.outlet IS NOT NULL", "{row}.kind = 'article'"
    moved = changed("outlet", "published_day", "countries")
    yield from _trigger(dialect, "articles", "INSERT", "NEW.outlet IS NOT NULL", [_ARTICLE], ["NEW"])
    yield from _trigger(dialect, "articles", "DELETE", article.format(row="OLD"), [_ARTICLE, _ITS_COPIES], ["OLD"])
    both = [f"{_ARTICLE} WHERE {article}", _ITS_COPIES]
    yield from _trigger(dialect, "articles", "UPDATE", moved, both, ["OLD", "NEW"])
    yield from _trigger(dialect, "copies", "INSERT", "", [_COPY], ["NEW"])
    yield from _trigger(dialect, "copies", "DELETE", "", [_COPY], ["OLD"])
    yield from _trigger(dialect, "copies", "UPDATE", changed("copy_of"), [_COPY], ["NEW"])
    yield from _trigger(dialect, "urls", "INSERT", url.format(row="NEW"), [_URL, _ITS_PAGE], ["NEW"])
    yield from _trigger(dialect, "urls", "DELETE", url.format(row="OLD"), [_URL, _ITS_PAGE], ["OLD"])
    counted = f"{url.format(row='NEW')} AND ({state} OR {changed('reason', 'outlet', 'day', 'article_id')})"
    yield from _trigger(dialect, "urls", "UPDATE", counted, [_URL], ["OLD", "NEW"])


def _trigger(dialect: str, table: str, event: str, when: str, bodies: list[str], rows: list[str]) -> Iterator[str]:
    name = f"touch_{table}_{event.lower()}"
    body = "; ".join(statement.format(row=row) for row in rows for statement in bodies)
    head = f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW" + (f" WHEN ({when})" if when else "")
    if dialect == "sqlite":
        yield f"{head} BEGIN {body}; END"
        return
    yield f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$"
    yield f"{head} EXECUTE FUNCTION {name}()"
