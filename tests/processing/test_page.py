"""From bytes to a judged article, in one function."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.demo import tricks
from crawler.demo.stories import ARTICLES, Story, read
from crawler.extraction import Hints
from crawler.outlets import Outlet
from crawler.processing.page import PageJob, TopicChoice, read_pages
from crawler.relevance import Topic
from storage.errors import SeedsError

OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])
FETCHED = datetime(2023, 4, 20, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def topic() -> Topic:
    return TopicChoice(str(SEEDS)).build()


@pytest.fixture(scope="module")
def everything() -> Topic:
    return TopicChoice(str(SEEDS), threshold=0.0).build()


def story(key: str) -> Story:
    return read(ARTICLES / f"{key}.txt")


def job(key: str, page: int = 1, **more: object) -> PageJob:
    """A page of a newsroom story without any furniture."""
    told = story(key)
    text = "".join(f"<p>{paragraph}</p>" for paragraph in told.pages[page - 1])
    html = f"<html><head><title>{told.title}</title></head><body><article><h1>{told.title}</h1>{text}</article></body>"
    url = f"https://contoh.id/{key}?page={page}"
    return PageJob(html.encode(), url, "text/html", OUTLET, fetched_at=FETCHED, **more)  # type: ignore[arg-type]


WAR = "kabar-senja/kontak-tembak-di-nduga-dua-prajurit-gugur"
TRADE = "kabar-senja/perang-dagang-memanas-eksportir-sawit-cari-pasar-baru"
MALAY = "warta-selat/tentera-myanmar-serang-kampung-ribuan-lari"


def test_a_report_on_conflict_is_kept_with_its_reasons(topic: Topic) -> None:
    reading = read_pages([job(WAR)], topic)
    article = reading.article
    assert article is not None
    assert (reading.kept, reading.reason) == (True, None)
    assert (article.text, article.outlet, article.language) == (story(WAR).text, "contoh", "id")
    assert article.fetched_at == FETCHED
    assert article.relevance is not None
    assert article.relevance >= topic.threshold
    assert article.relevance_terms


def test_only_a_page_that_the_topic_may_keep_is_read_twice(topic: Topic, everything: Topic) -> None:
    kept = read_pages([job(WAR)], topic).article
    rejected = read_pages([job(TRADE)], topic, gated=False).article
    assert kept is not None
    assert kept.extraction_agreement == 1.0
    assert rejected is not None
    assert rejected.extraction_agreement is None
    wanted = read_pages([job(TRADE)], everything).article
    assert wanted is not None
    assert wanted.extraction_agreement == 1.0


@pytest.mark.parametrize("key", [TRADE, MALAY])
def test_what_does_not_belong_is_rejected_with_a_reason(topic: Topic, key: str) -> None:
    reading = read_pages([job(key)], topic)
    assert not reading.kept
    assert reading.reason


def test_with_threshold_zero_everything_that_is_an_article_is_kept(everything: Topic) -> None:
    assert [read_pages([job(key)], everything).kept for key in (WAR, TRADE, MALAY)] == [True, True, True]


def test_block_pages_are_named_even_then(everything: Topic) -> None:
    reading = read_pages([PageJob(tricks.page("blocked"), "https://contoh.id/1")], everything)
    assert (reading.article, reading.reason, reading.kept) == (None, "block page: Cloudflare block", False)


def test_the_pages_of_a_story_are_one_article(topic: Topic) -> None:
    key = next(
        f"{path.parent.name}/{path.stem}"
        for path in sorted(ARTICLES.glob("*/*.txt"))
        if len(read(path).pages) > 1 and read(path).kept
    )
    pages = [job(key, number + 1) for number in range(len(story(key).pages))]
    reading = read_pages(pages, topic)
    assert reading.article is not None
    assert reading.article.text == story(key).text

    empty = PageJob(b"<html></html>", "https://contoh.id/kosong", "text/html", OUTLET)
    partly = read_pages([pages[0], empty], topic)
    assert partly.article is not None
    assert partly.article.text == read_pages([pages[0]], topic).article.text  # type: ignore[union-attr]


def test_a_first_page_without_an_article_ends_the_matter(everything: Topic) -> None:
    reading = read_pages([PageJob(b"<html></html>", "https://contoh.id/1"), job(WAR)], everything)
    assert (reading.article, reading.kept) == (None, False)


def test_a_feeds_date_is_a_hint_where_the_page_has_none(topic: Topic) -> None:
    reading = read_pages([job(WAR, hints=Hints(published=date(2023, 4, 18), source="feed"))], topic)
    assert reading.article is not None
    found = reading.article.published_at
    assert (found.date() if isinstance(found, datetime) else found) == date(2023, 4, 18)


def test_a_topic_without_seeds_is_an_error_that_names_the_folder(tmp_path: Path) -> None:
    with pytest.raises(SeedsError, match="hilang"):
        TopicChoice(str(tmp_path / "hilang")).build()
