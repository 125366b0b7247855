from datetime import UTC, date, datetime
from pathlib import Path

from lxml import html

from crawler.extraction import Hints, extract
from crawler.extraction.dates import bounds

PAGE = """<html><body><div class="header-date">Friday, March 29, 2024</div><article><p>{text}</p></article>
<div id="comments"><div class="comment"><span class="comment-date">{age}</span><p>Bagus</p></div></div></body></html>"""


def found(text: str, age: str, fetched_at: datetime | None = None) -> dict[tuple[str, str], date]:
    tree = html.fromstring(PAGE.format(text=text, age=age))
    return {(bound.side, bound.source): bound.day for bound in bounds(tree, text, fetched_at=fetched_at)}


def test_a_page_was_there_before_its_comments_and_after_the_days_it_tells_of() -> None:
    assert found("Serangan terjadi pada Jumat (2/10/2020).", "3 years ago") == {
        ("before", "date in the page's header"): date(2024, 3, 29),
        ("before", "comment age"): date(2021, 9, 29),  # ages are rounded: two and a half years at least
        ("after", "day in text"): date(2020, 10, 2),
    }


def test_plans_say_nothing_and_the_fetch_is_the_last_day() -> None:
    fetched = datetime(2020, 11, 1, 20, 0, tzinfo=UTC)  # the second of November in Jakarta
    assert found("Pemilu akan digelar pada Rabu (9/12/2020).", "2 hari lalu", fetched) == {
        ("before", "fetched"): date(2020, 11, 2),
        ("before", "comment age"): date(2020, 11, 1),
    }


def test_the_seed_without_a_date_is_bounded_by_its_comments() -> None:
    page = Path(__file__).parents[3] / "seeds" / "pages" / "003_727c0a491c695f60.html"
    article = extract(page.read_bytes(), "https://turkinesia.net/hari-keenam-pertempuran/", "text/html")
    assert article is not None
    assert (article.published_at, article.published_before) == (None, date(2020, 10, 5))
    assert article.published_after == date(2018, 1, 1)  # "truk Ural model 2019"


def test_a_sitemap_and_a_web_archive_tell_by_when_a_page_was_there() -> None:
    hints = Hints(modified=datetime(2020, 10, 9, 20, 0, tzinfo=UTC), captured=datetime(2020, 10, 12, 3, 0, tzinfo=UTC))
    told = bounds(html.fromstring(PAGE.format(text="Tanpa tanggal.", age="")), "Tanpa tanggal.", hints=hints)
    assert {bound.source: bound.day for bound in told} == {
        "date in the page's header": date(2024, 3, 29),
        "changed, by the sitemap": date(2020, 10, 17),  # a week more: a scheduled article is changed before it appears
        "captured by a web archive": date(2020, 10, 12),
    }
