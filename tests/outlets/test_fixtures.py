"""Every outlet that names selectors has a page in its current markup, of our own writing, and the record it must give.

``fixtures/<id>.html`` and ``fixtures/<id>.json``: url, title, published (ISO 8601), authors, tags, text by paragraphs.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html
from lxml.cssselect import CSSSelector

from crawler.extraction import extract
from crawler.outlets import load

FIXTURES = Path(__file__).parent / "fixtures"
SELECTING = [outlet for outlet in load() if any(outlet.selectors.model_dump().values())]


def page_of(outlet):
    page, record = FIXTURES / f"{outlet.id}.html", FIXTURES / f"{outlet.id}.json"
    assert page.exists(), f"{outlet.id} names selectors but has no page {page}"
    assert record.exists(), f"{outlet.id} names selectors but has no record {record}"
    return page.read_bytes(), json.loads(record.read_text(encoding="utf-8"))


@pytest.fixture(params=SELECTING, ids=lambda outlet: outlet.id)
def outlet(request):
    return request.param


def test_the_page_gives_exactly_its_record(outlet):
    body, expected = page_of(outlet)
    article = extract(body, expected["url"], "text/html; charset=utf-8", outlet=outlet)
    assert article is not None
    assert article.text.split("\n\n") == expected["text"]
    assert article.title == expected["title"]
    assert article.published_at.isoformat() == expected["published"]
    assert article.authors == expected["authors"]
    assert article.tags == expected["tags"]
    assert article.outlet == outlet.id


def test_the_body_is_found_by_the_outlets_own_selector(outlet):
    body, expected = page_of(outlet)
    article = extract(body, expected["url"], "text/html; charset=utf-8", outlet=outlet)
    assert article.method == f"outlet:{outlet.selectors.body[0]}"


def test_each_kind_of_selector_matches_something_on_the_page(outlet):
    body, _ = page_of(outlet)
    tree = html.document_fromstring(body.decode("utf-8"))
    for kind, selectors in outlet.selectors.model_dump().items():
        if selectors:
            matched = [css for css in selectors if CSSSelector(css, translator="html")(tree)]
            assert matched, f"{kind}: none of {selectors} matches"


def test_without_the_outlet_the_same_page_still_gives_its_article(outlet):
    """Selectors go stale: what the page says of itself must carry title and day alone."""
    body, expected = page_of(outlet)
    article = extract(body, expected["url"], "text/html; charset=utf-8")
    assert article is not None
    assert article.title == expected["title"]
    assert article.published_at.isoformat()[:10] == expected["published"][:10]
    held = [paragraph for paragraph in expected["text"] if len(paragraph) > 60]
    assert sum(paragraph in article.text for paragraph in held) >= len(held) - 1


def test_no_fixture_is_left_behind():
    assert {path.stem for path in FIXTURES.iterdir()} == {outlet.id for outlet in SELECTING}
