"""Which pages of a crawl are archived."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scrapy.settings import Settings

from crawler.crawl.configuration import SEEDS, ArchivePages, archive_pages
from crawler.pipelines.archive import is_wanted
from crawler.processing.page import ProcessedPage
from crawler.relevance import Topic
from storage.article import Article
from storage.errors import ConfigurationError

JUDGEMENT = Topic.from_seeds(SEEDS).judge("Harga Cabai Naik", "Petani menikmati harga cabai yang naik. " * 20)
ARTICLE = Article("https://contoh.id/1", "Petani menikmati harga cabai yang naik.")
TURNED_AWAY = ProcessedPage()
KEPT = ProcessedPage(ARTICLE, replace(JUDGEMENT, score=0.9, rule=None), kept=True)
NEAR = ProcessedPage(ARTICLE, replace(JUDGEMENT, score=0.6))
FAR = ProcessedPage(ARTICLE, replace(JUDGEMENT, score=0.1))


@pytest.mark.parametrize(
    ("pages", "archived"),
    [("all", [TURNED_AWAY, KEPT, NEAR, FAR]), ("read", [KEPT, NEAR, FAR]), ("kept", [KEPT, NEAR])],
)
def test_a_setting_says_which(pages: ArchivePages, archived: list[ProcessedPage]) -> None:
    assert [page for page in (TURNED_AWAY, KEPT, NEAR, FAR) if is_wanted(page, pages, 0.75)] == archived


def test_without_it_pages_are_archived_that_were_read_whole() -> None:
    assert archive_pages(Settings()) == "read"


def test_another_word_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="ARCHIVE_PAGES is 'some'; it must be all, read or kept"):
        archive_pages(Settings({"ARCHIVE_PAGES": "some"}))
