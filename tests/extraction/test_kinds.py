"""Small pages by kind of difficulty, each with the whole text it must give: ``cases/kinds/KIND.toml``.

A page is written once, its article marked with ⟦ and ⟧; what stands between the marks, freed of tags, is the text.
"""

from __future__ import annotations

import html
import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.extraction import extract

FOLDER = Path(__file__).parent / "cases" / "kinds"
STORIES: dict[str, list[str]] = tomllib.loads((FOLDER / "stories.toml").read_text(encoding="utf-8"))
FETCHED = datetime(2026, 11, 20, 12, tzinfo=UTC)
_MACRO = re.compile(r"\{\{([^:{}]+):([A-Z\d,-]+)\}\}")
_MARKED = re.compile(r"⟦(.*?)⟧", re.DOTALL)
_FIELDS = ("authors", "tags", "section", "dateline", "cited_sources")


def _cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        templates = {item["name"]: item for item in data.get("template", [])}
        for case in data.get("case", []):
            written = case.get("html") or ""
            if "template" in case:
                around = templates[case["template"]]
                written = around["before"] + case["body"] + around["after"]
                written = written.replace("{title}", html.escape(case["title"], quote=False))
            found.append(pytest.param(case, _expanded(written), id=f"{path.stem}-{case['name']}"))
    return found


def _expanded(written: str) -> str:
    """``{{p:H1-3,H5}}`` as paragraphs of a story, marked, each in an element; ``-`` divides them by line breaks."""

    def paragraphs(macro: re.Match[str]) -> str:
        tag, chosen = macro[1], []
        for part in macro[2].split(","):
            first, _, last = part[1:].partition("-")
            chosen += STORIES[part[0]][int(first) - 1 : int(last or first)]
        marked = [f"⟦{html.escape(text, quote=False)}⟧" for text in chosen]
        if tag == "-":
            return "<br><br>\n".join(marked)
        return "\n".join(f"<{tag}>{text}</{tag.split()[0]}>" for text in marked)

    return _MACRO.sub(paragraphs, written)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize(("case", "written"), _cases())
def test_page_gives_its_text_title_day_and_sources(case: dict[str, Any], written: str) -> None:
    page = written.replace("⟦", "").replace("⟧", "").encode()
    article = extract(page, case["url"], "text/html; charset=utf-8", fetched_at=FETCHED)
    if case.get("none"):
        assert article is None
        return
    marked = [_flat(html.unescape(re.sub(r"<[^>]+>", "", part))) for part in _MARKED.findall(written)]
    assert article is not None
    assert [_flat(text) for text in article.text.split("\n\n")] == case.get("text", marked)
    if "title" in case:
        assert article.title == case["title"]
    published = article.published_at
    if "day" in case:
        day: date | None = published.date() if isinstance(published, datetime) else published
        assert day == case["day"], article.date_candidates
    if "published_at" in case:
        assert str(published)[:16] == case["published_at"]
    for field in _FIELDS:
        if field in case:
            assert (getattr(article, field) or "") == case[field] or getattr(article, field) == case[field]
