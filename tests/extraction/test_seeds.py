"""The five seed articles: their pages come out as written down by hand, and so does their plain text."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.extraction import clean_text, extract

NAMES = sorted(path.stem for path in SEEDS.glob("*.txt"))


def expected(name: str) -> tuple[list[str], dict[str, Any]]:
    text = (SEEDS / "expected" / f"{name}.txt").read_text(encoding="utf-8").strip()
    return text.split("\n\n"), json.loads((SEEDS / "expected" / f"{name}.json").read_text(encoding="utf-8"))


def test_there_are_five_seeds_each_with_a_page_and_an_expectation():
    assert len(NAMES) == 5
    assert sorted(path.stem for path in (SEEDS / "pages").glob("*.html")) == NAMES
    assert sorted(path.stem for path in (SEEDS / "expected").glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_page_comes_out_as_its_clean_text_and_metadata(name: str):
    paragraphs, record = expected(name)
    article = extract((SEEDS / "pages" / f"{name}.html").read_bytes(), record["url"])
    assert article is not None
    assert article.text.split("\n\n") == paragraphs
    assert article.title == record["title"]
    assert article.canonical_url == record["url"]
    day = record["published_at"] and date.fromisoformat(record["published_at"])
    assert (article.published_at, article.published_precision, article.published_source) == (
        day,
        record["published_precision"],
        record["published_source"],
    )
    assert article.dateline == record["dateline"]
    assert sorted(article.cited_sources) == sorted(record["cited_sources"])
    assert article.authors == record["authors"]


# What each seed's plain text loses, and nothing else: the headline's copies, then every line a reader would call dirt.
FURNITURE = {
    "000": ["Baca juga:", "READ", "We will be happy", "Leave a reply", "MEDIABOGOR.COM AMAZON", "Media Bogor"],
    "001": ["Post a Comment", "0 Comments"],
    "002": ["Baca Juga:"],
    "003": ["Friday, March 29, 2024", "Bangsa Turk", "Sumber: Daily Sabah"],
    "004": ["admin Avatar", "Posted on :", "Source link", "Pola Slot Gacor", "Leave a Reply", "Your email address",
            "Kementerian Pertahanan Azerbaijan melalui AP", "Karen Minasyan/AFP", "beralih keterangan",
            "Dalam foto yang diambil", "Seorang pengunjuk rasa yang memakai stiker"],
}  # fmt: skip


def furniture_of(name: str, lines: list[str]) -> list[str]:
    marks = tuple(FURNITURE[name[:3]])
    cut = [line for line in lines if line.startswith(marks)]
    if name.startswith("003"):  # the readers' part, from the rating on
        cut += lines[lines.index("5 1 vote") :]
    return cut


@pytest.mark.parametrize("name", NAMES)
def test_plain_text_loses_every_furniture_line_and_no_line_of_the_article(name: str):
    raw = (SEEDS / f"{name}.txt").read_text(encoding="utf-8")
    title = expected(name)[1]["title"]
    lines = [line.strip() for line in raw.splitlines() if line.replace("\xa0", " ").strip()]
    dirt = furniture_of(name, lines)
    headline = [line for line in lines if line.removesuffix(" : NPR") == title]
    text, cuts = clean_text(raw, title=title)
    kept = [line for line in lines if line not in dirt and line not in headline]
    wanted = [" ".join(line.removesuffix("***").removesuffix("(*)").split()) for line in kept]
    wanted = [line.replace("ÇavuÅŸoÄŸlu", "Çavuşoğlu").replace("ErdoÄŸan", "Erdoğan") for line in wanted]
    assert text.split("\n\n") == wanted
    assert all(cut.rule for cut in cuts)
    assert len(cuts) >= len(dirt)


@pytest.mark.parametrize(
    ("number", "lost"),
    [
        ("003", "AS, Rusia, Prancis serukan gencatan senjata Azerbaijan-Armenia"),
        ("003", "Prancis dukung Armenia, Turki: Mereka mendukung penjajah!"),
        ("003", "Azerbaijan: Armenia telah aktifkan sistem rudal S-300"),
        ("004", "Bentrokan maut antara Armenia dan Azerbaijan, jelasnya"),
        ("004", "Ketika Rusia terserap oleh perang di Ukraina"),
    ],
)
def test_unmarked_headlines_of_other_stories_go_by_their_markup_alone(number: str, lost: str):
    (path,) = (SEEDS / "pages").glob(f"{number}_*.html")
    article = extract(path.read_bytes(), "https://contoh.example/berita")
    assert article is not None
    assert lost not in article.text
    assert any(lost in cut.text for cut in article.cuts)
