# ruff: noqa: E501 - sentences read better unwrapped
"""The first look: what is plainly of something else is not read whole; what may be of the topic always is."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.outlets import Outlet
from crawler.processing import look as looking
from crawler.processing.look import is_elsewhere, look
from crawler.processing.page import PageJob, TopicChoice, read_pages
from crawler.processing.reasons import Cause, cause_of
from crawler.relevance import Topic

URL = "https://contoh.id/2020/10/05/berita-hari-ini"
OUTLET = Outlet(id="contoh", name="Contoh", domains=["contoh.id"])
HARVEST = [
    "Petani cabai di lereng gunung itu menikmati harga yang naik dua kali lipat sejak awal bulan, kata ketua kelompok.",
    "Panen tahun ini lebih baik karena hujan turun teratur dan pupuk datang tepat waktu, sehingga gudang desa penuh.",
    "Pedagang dari kota membeli langsung di kebun dan membayar tunai, sesuatu yang jarang terjadi pada musim lalu.",
    "Pemerintah daerah berencana membangun gudang pendingin agar hasil kebun tidak cepat rusak saat harga turun lagi.",
]
WAR = [
    "Pasukan pemberontak menembaki pos tentara di perbatasan pada Senin malam dan menewaskan sedikitnya sebelas prajurit.",
    "Militer membalas dengan serangan artileri ke beberapa desa, dan ribuan warga mengungsi ke kota terdekat sejak pagi.",
    "Kedua pihak saling menuduh melanggar gencatan senjata yang disepakati pekan lalu lewat perantaraan negara tetangga.",
    "Rumah sakit setempat merawat puluhan korban luka, kebanyakan terkena pecahan mortir di pasar dan di sekitar sekolah.",
]


def page(title: str, paragraphs: list[str], *, before: str = "", after: str = "", tag: str = "p") -> bytes:
    text = "".join(f"<{tag}>{paragraph}</{tag}>" for paragraph in paragraphs)
    head = f"<html><head><title>{title}</title></head><body>{before}"
    return f"{head}<article><h1>{title}</h1>{text}</article>{after}</body></html>".encode()


@pytest.fixture(scope="module")
def topic() -> Topic:
    return TopicChoice(str(SEEDS)).build()


def read(body: bytes, topic: Topic, *, url: str = URL, gated: bool = True):
    return read_pages([PageJob(body, url, "text/html", OUTLET)], topic, gated=gated)


def test_a_page_on_something_else_is_not_read_whole_and_gives_its_links(topic: Topic) -> None:
    links = (
        '<ul><li><a href="/2020/10/05/pasukan-masuk-kota">Pasukan Masuk Kota</a></li><li><a href="#">x</a></li></ul>'
    )
    found = read(page("Harga Cabai Naik, Petani Lereng Gunung Gembira", HARVEST, after=links), topic)
    assert (cause_of(found.reason), found.article, found.kept) == (Cause.LOOK, None, False)
    assert [link.url for link in found.links] == ["https://contoh.id/2020/10/05/pasukan-masuk-kota"]
    assert found.links[0].anchor == "Pasukan Masuk Kota"


@pytest.mark.parametrize(
    ("title", "paragraphs"),
    [
        pytest.param("Sebelas Prajurit Tewas Ditembak di Perbatasan", WAR, id="war"),
        pytest.param(
            "Pemberontak Serang Pos Tentara, Sebelas Prajurit Tewas", [*HARVEST[:3], *WAR], id="a slow beginning"
        ),
        pytest.param("Kabar dari Lereng Gunung", [HARVEST[0], WAR[0], HARVEST[1], WAR[1]], id="both"),
    ],
)
def test_a_page_that_may_be_of_the_topic_is_read(topic: Topic, title: str, paragraphs: list[str]) -> None:
    found = read(page(title, paragraphs), topic)
    assert cause_of(found.reason) is not Cause.LOOK
    assert found.article is not None


@pytest.mark.parametrize(
    "body", [page("Harga Cabai", HARVEST, tag="div"), page("Harga Cabai", ["<br><br>".join(HARVEST)], tag="span")]
)
def test_paragraphs_may_be_boxes_or_lines(topic: Topic, body: bytes) -> None:
    seen = look(body, URL)
    assert seen is not None
    assert seen.paragraphs[1:] == HARVEST
    assert is_elsewhere(seen, topic)


def test_scripts_are_no_lines() -> None:
    script = "<script>var x = 'Pasukan menembaki pos tentara di perbatasan pada Senin malam dan menewaskan sebelas';</script>"
    seen = look(page("Harga Cabai", HARVEST, tag="div", before=script), URL)
    assert seen is not None
    assert "tentara" not in "".join(seen.paragraphs)


def test_what_stands_in_columns_and_menus_is_not_looked_at(topic: Topic) -> None:
    teasers = "".join(f"<p>{paragraph}</p>" for paragraph in HARVEST)
    for box in ("aside", "nav", "header", "footer"):
        seen = look(page("Prajurit Tewas di Perbatasan", WAR, before=f"<{box}>{teasers}</{box}>"), URL)
        assert seen is not None
        assert "cabai" not in "".join(seen.paragraphs)
        assert not is_elsewhere(seen, topic)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(page("Harga Cabai Naik", HARVEST[:1]), id="too little"),
        pytest.param(page("Harga Cabai Naik", ["Foto: Antara"] * 20), id="labels"),
        pytest.param(b"%PDF-1.4", id="no page"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_where_too_little_is_seen_nothing_is_said(body: bytes) -> None:
    assert look(body, URL) is None


def test_one_in_some_pages_is_read_all_the_same_and_says_so(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    body = page("Harga Cabai Naik, Petani Lereng Gunung Gembira", HARVEST)
    sampled = [number for number in range(2000) if looking.is_sampled(f"{URL}-{number}")]
    assert 20 <= len(sampled) <= 60
    found = read(body, topic, url=f"{URL}-{sampled[0]}")
    assert (found.sampled, found.kept, cause_of(found.reason)) == (True, False, Cause.JUDGED)
    assert found.article is not None


def test_only_a_crawl_looks_first_and_only_for_its_own_topic(topic: Topic, tmp_path: Path) -> None:
    body = page("Harga Cabai Naik, Petani Lereng Gunung Gembira", HARVEST)
    assert read(body, topic, gated=False).article is not None
    assert read(body, TopicChoice(str(SEEDS), threshold=0.0).build()).kept
    (tmp_path / "cabai.txt").write_text("\n\n".join(["Harga Cabai Rawit Naik", *HARVEST]), encoding="utf-8")
    assert read(body, TopicChoice(str(tmp_path), mode="seeds").build()).article is not None


@pytest.mark.parametrize("bomb", ["<div>" * 100_000, "<div>" * 50_000 + "</div>" * 50_000, "<a href='/x'>" * 100_000])
def test_a_page_of_no_end_is_left_to_the_reader_that_has_limits(bomb: str) -> None:
    assert look(page("Judul", WAR, before=bomb), URL) is None


def test_attributes_without_end_are_passed_over() -> None:
    many = " ".join(f"a{number}={number}" for number in range(100_000))
    seen = look(page("Judul", WAR, before=f"<p {many}>"), URL)
    assert seen is not None
    assert WAR[0] in seen.paragraphs
