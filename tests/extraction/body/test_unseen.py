"""Pages in the layouts of many years and systems that no rule was made for, each with the whole record it must give.

``unseen/NAME.html`` is the page; ``unseen/NAME.txt`` tells in a TOML head its address, title, day and what it shows,
then the article's paragraphs.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path

import pytest

from crawler.extraction import extract

PAGES = sorted((Path(__file__).parent / "unseen").glob("*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_gives_its_article_and_nothing_else(page: Path) -> None:
    _, head, text = page.with_suffix(".txt").read_text(encoding="utf-8").split("+++\n", 2)
    expected = tomllib.loads(head)
    article = extract(page.read_bytes(), expected["url"])
    assert article is not None
    assert article.text.split("\n\n") == text.strip().split("\n\n")
    assert article.title == expected["title"]
    published = article.published_at
    day: date | None = published.date() if isinstance(published, datetime) else published
    assert day == expected["day"], article.date_candidates
