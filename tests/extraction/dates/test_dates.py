"""Dates as Indonesian sites write them, told one by one in ``cases/date_*.toml`` with where each shape was seen."""

import json
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from dateparser.date import DateData

from crawler.extraction.dates import published, read, words
from crawler.extraction.dates.words import WEEKDAY_NAMES
from crawler.extraction.page.json_ld import read_blocks
from crawler.outlets import Outlet, Selectors

CASES = Path(__file__).parents[1] / "cases"
WIB = ZoneInfo("Asia/Jakarta")
TITLE = "Helikopter Jatuh di Perbatasan, Dua Prajurit Tewas"


def cases(name):
    rows = tomllib.loads((CASES / name).read_text(encoding="utf-8"))["case"]
    return [pytest.param(row, id=row.get("name") or row.get("raw") or row["text"][:60]) for row in rows]


def moment(text):
    """An expected value: None for "", a date, or an aware datetime."""
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


@dataclass
class Known:
    published: datetime | date | None = None
    source: str | None = None
    title: str | None = None
    section: str | None = None
    known_titles: frozenset[str] = frozenset()


def page(case):
    """A page of a small site around what a case gives."""
    filler = "".join(f"<p>Baris {number} dari kolom lain.</p>" for number in range(case.get("filler", 0)))
    ld = f'<script type="application/ld+json">{case["ld"]}</script>' if "ld" in case else ""
    html = f"""<!doctype html><html lang="id"><head><title>{TITLE} - Contoh</title>{case.get("head", "")}{ld}</head>
    <body><div class="top">{case.get("above", "")}</div>
    <main><article>{case.get("header", "")}<h1>{TITLE}</h1>{case.get("byline", "")}
    <div class="entry-content">{case.get("body", "<p>Pasukan ditarik dari kota itu.</p>")}</div></article>
    {filler}{case.get("below", "")}</main>
    <footer>{case.get("footer", "")}</footer>{case.get("scripts", "")}</body></html>"""
    return lxml.html.document_fromstring(html)


def verdict_on(case):
    tree = page(case)
    body = tree.find_class("entry-content")[0]
    outlet = None
    if "zone" in case or "selector" in case:
        outlet = Outlet(
            id="contoh", name="Contoh", domains=["contoh.example"], timezone=case.get("zone", "Asia/Jakarta"),
            selectors=Selectors(date=[case["selector"]] if "selector" in case else []),
        )  # fmt: skip
    return published(
        tree,
        read_blocks([case["ld"]] if "ld" in case else []),
        case.get("url", "https://www.contoh.example/berita/judul-artikel"),
        case.get("text", body.text_content()),
        body=body,
        outlet=outlet,
        hints=Known(moment(case["hint"]), case["hint_source"]) if "hint" in case else None,
        fetched_at=moment(case.get("fetched", "2026-08-01T12:00:00+07:00")),
        title=TITLE,
    )


@pytest.mark.parametrize("case", cases("date_strings.toml"))
def test_one_string(case):
    now = moment(case.get("now", ""))
    reading = read(case["raw"], ZoneInfo(case.get("zone", "Asia/Jakarta")), now)
    expected = moment(case["value"])
    assert reading.value == expected
    assert type(reading.value) is type(expected)
    if isinstance(expected, datetime):
        assert reading.value.utcoffset() == expected.utcoffset()
    if "weekday" in case:
        assert reading.weekday is case["weekday"]


@pytest.mark.parametrize("case", cases("date_texts.toml"))
def test_the_words_of_a_story(case):
    tree = lxml.html.document_fromstring("<html><body></body></html>")
    fetched = moment(case.get("fetched", "2024-06-01T12:00:00+07:00"))
    verdict = published(tree, [], case.get("url", "https://contoh.example/judul"), case["text"], fetched_at=fetched)
    assert verdict.value == moment(case["day"])
    assert verdict.precision == ("day" if case["day"] else None)


@pytest.mark.parametrize("case", cases("date_pages.toml"))
def test_a_page(case):
    verdict = verdict_on(case)
    expected = moment(case["value"])
    assert verdict.value == expected
    assert verdict.precision == (None if expected is None else "minute" if isinstance(expected, datetime) else "day")
    assert (verdict.source is None) == (expected is None)
    if isinstance(expected, datetime):
        assert verdict.value.utcoffset() == expected.utcoffset()
    if "source" in case:
        assert verdict.source == case["source"]
    if "modified" in case:
        assert verdict.modified_at == moment(case["modified"])


def test_the_tables_are_large_enough_and_say_where_each_shape_was_seen():
    rows = [row.values[0] for name in ("date_strings", "date_texts", "date_pages") for row in cases(f"{name}.toml")]
    assert len(rows) >= 120
    assert all(row["seen"].strip() for row in rows)


def test_the_weekday_settles_the_order_on_every_day_of_four_years():
    day = date(2020, 1, 1)
    while day < date(2024, 1, 1):
        name = WEEKDAY_NAMES[day.weekday()]
        assert read(f"{name} ({day.day}/{day.month}/{day.year})", WIB).value == day
        swapped = read(f"{name} ({day.month}/{day.day}/{day.year})", WIB)
        assert swapped.value.weekday() == day.weekday()
        if day.day > 12 or date(day.year, day.day, day.month).weekday() != day.weekday():
            assert swapped.value == day
        day += timedelta(days=1)


def test_every_candidate_says_why():
    verdict = verdict_on(
        {
            "ld": json.dumps({"@type": "NewsArticle", "datePublished": "2020-11-09T19:05:00+07:00"}),
            "head": '<meta itemprop="datePublished" content="2014-07-13T20:07:27">',
            "body": "<p>Senin (11/9/2020) pasukan ditarik.</p>",
        }
    )
    told = {(item.source, item.raw): item.verdict for item in verdict.candidates}
    assert told["json-ld datePublished", "2020-11-09T19:05:00+07:00"] == "chosen"
    assert told["itemprop datepublished", "2014-07-13T20:07:27"] == "set aside: another day is better supported"
    assert told["text weekday phrase", "Senin (11/9/2020)"] == "agrees; month first, since only so it was a Senin"


def test_a_hostile_page_costs_little_and_gives_nothing():
    deep = "<div>" * 3000 + "9 November 2020 19:05" + "</div>" * 3000
    tree = lxml.html.document_fromstring(
        "<html><body><h1>Judul yang cukup panjang</h1>" + deep + "<time datetime='x'></time>" * 5000 + "</body></html>"
    )
    text = "Senin (9/11" * 20_000 + " 1" * 50_000
    verdict = published(tree, [{"@type": ["x"] * 50, "datePublished": "9" * 5000}], "https://[bad", text)
    assert verdict.value is None
    assert len(verdict.candidates) <= 40


@pytest.mark.parametrize(
    "raw",
    [
        "9 November 2020",
        "Senin, 9 Nopember 2020 | 19.05 WIB",
        "Nov 9, 2020",
        "9/11/2020",
        "9 Ogos 2020",
        "2020 November 9",
    ],
)
def test_what_is_not_iso_is_read_by_dateparser_alone(raw, monkeypatch):
    assert read(raw, WIB).value is not None

    class Deaf:
        def get_date_data(self, text):
            return DateData()

    words.whole.cache_clear()
    monkeypatch.setattr(words, "_parser", Deaf)
    assert read(raw, WIB).value is None
    assert read("2020-11-09T19:05:00+07:00", WIB).value is not None
    words.whole.cache_clear()


def test_dateparser_is_asked_once_for_a_day_that_many_pages_name():
    words.whole.cache_clear()
    for clock in ("08:15", "19.05", "23:59"):
        assert read(f"Senin, 9 November 2020 {clock} WIB", WIB).value is not None
    assert words.whole.cache_info().misses == 1


def test_an_age_on_a_page_whose_own_time_is_not_known_is_no_date():
    tree = page({"byline": '<span class="time">Kemarin, 19:05 WIB</span><span class="time">3 jam lalu</span>'})
    assert published(tree, [], "https://contoh.example/judul", "Pasukan ditarik.", title=TITLE).value is None


HOSTILE = ["", " ", "0/0/0", "99/99/9999", "2020-99-99", "32 Mei 2020", "9" * 400, "\x00", "Senin" * 50, "٩/١١/٢٠٢٠"]


@pytest.mark.parametrize("raw", HOSTILE)
def test_what_is_no_date_is_none(raw):
    assert read(raw, WIB, datetime(2026, 1, 1, tzinfo=WIB)).value is None
