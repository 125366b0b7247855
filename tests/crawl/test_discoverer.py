"""What the crawl asks first, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.crawl.discoverer import Discoverer
from crawler.discovery import Window
from crawler.outlets import Outlet
from crawler.relevance import Topic
from storage.database import Database
from storage.database.frontier_tables import urls as table
from storage.frontier import Frontier
from storage.frontier.frontier import NewUrl


class _AnyTopic(Topic):
    def __init__(self) -> None:  # nothing is judged here
        pass

    def predict(self, words: str) -> float:
        return 0.5


def discoverer(now: datetime, window: Window) -> Discoverer:
    session: Any = SimpleNamespace(
        arguments=SimpleNamespace(window=window, queries=[]),
        queries=[],
        topic=_AnyTopic(),
        now=lambda: now,
        database=None,
    )
    scheduler: Any = SimpleNamespace()
    return Discoverer(session, scheduler)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Jakarta", date(2024, 3, 29)), ("Asia/Jayapura", date(2024, 3, 29)), ("Europe/London", date(2024, 3, 28))],
)
def test_today_is_the_outlets_day(zone: str, day: date) -> None:
    half_past_midnight = datetime(2024, 3, 28, 17, 30, tzinfo=UTC)  # 00:30 WIB on the 29th
    outlet = Outlet(
        id="a", name="a", domains=["contoh.id"], timezone=zone, indexes=["https://contoh.id/indeks/{date:%Y-%m-%d}"]
    )
    asked = discoverer(half_past_midnight, Window(day, day))._entries(outlet)
    assert [row.url for row in asked] == [f"https://contoh.id/indeks/{day}"]


def test_a_platform_recognised_in_an_earlier_run_is_remembered(tmp_path: Any) -> None:
    from crawler.crawl.platforms import remembered

    outlet = Outlet(id="a", name="a", domains=["contoh.id"])
    db = Database.open(f"sqlite:///{tmp_path / 'corpus.db'}")
    url = "https://contoh.id/kabar/wp-json/wp/v2/posts?per_page=100"
    row = NewUrl(url, f"wordpress {url}", "contoh.id", "a", "wordpress", "wordpress", 1.0, None, {}, None)
    with db.begin() as conn:
        Frontier(db).add(conn, [row], run_started=0.0)
        assert remembered(conn, outlet) is outlet  # not answered yet
        conn.execute(table.update().values(state="fetched", status=200))
        known = remembered(conn, outlet)
    db.close()
    assert (known.platform, known.platform_url, known.platform_api) == (
        "wordpress", "https://contoh.id/kabar", "https://contoh.id/kabar/wp-json/",
    )  # fmt: skip
