"""Another folder of examples makes another topic: with articles about floods, flood news is what a crawl keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.demo import Newsroom
from crawler.demo.outlets import KabarSenja
from tests.spiders.running import Crawled, Place

FLOODS = {
    "demak": """Banjir Rendam Demak, Ratusan Rumah Terendam

Banjir merendam ratusan rumah di empat desa di Demak setelah tanggul Sungai Wulan jebol pada Kamis malam. Ketinggian
air mencapai satu setengah meter dan warga mengungsi ke balai desa.

Badan penanggulangan bencana mengerahkan perahu karet untuk mengevakuasi warga lanjut usia. Hujan deras yang turun sejak
sore membuat debit sungai naik, dan banjir diperkirakan baru surut tiga hari lagi.""",
    "luwu": """Banjir Bandang Terjang Luwu, Jembatan Putus

Banjir bandang menerjang dua kecamatan di Luwu setelah hujan lebat mengguyur kawasan hulu selama enam jam. Sebuah
jembatan putus dan puluhan rumah hanyut terbawa arus sungai yang meluap.

Tim pencari masih mencari tiga warga yang hilang akibat banjir. Pengungsi membutuhkan air bersih, selimut,
dan makanan siap saji, kata kepala badan penanggulangan bencana daerah.""",
    "bandung": """Sungai Citarum Meluap, Warga Dayeuhkolot Mengungsi

Luapan Sungai Citarum merendam permukiman di Dayeuhkolot dan memutus jalan raya. Banjir setinggi satu meter menggenangi
rumah warga sejak dini hari, dan seribu orang mengungsi ke masjid dan sekolah.

Petugas bencana mendirikan dapur umum serta mengevakuasi warga dengan perahu. Hujan deras di kawasan hulu diperkirakan
masih turun sampai akhir pekan sehingga banjir susulan dapat terjadi.""",
}


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Newsroom, Place, Crawled]:
    folder = tmp_path_factory.mktemp("floods")
    seeds: Path = folder / "seeds"
    seeds.mkdir()
    for name, text in FLOODS.items():
        (seeds / f"{name}.txt").write_text(text, encoding="utf-8")
    place = Place.below(folder)
    with Newsroom(sites=[KabarSenja("127.0.0.98")]) as room:
        said = place.crawl(room.toml, f"seeds={seeds}", "topic=seeds")
    return room, place, said


def test_flood_news_is_kept_and_war_is_not(flooded: tuple[Newsroom, Place, Crawled]) -> None:
    room, place, said = flooded
    assert said.code == 0, said.err
    flood = room.story("kabar-senja/banjir-bandang-terjang-tiga-kecamatan-di-garut")
    assert list(place.articles()) == [flood.url]
    assert said.row("kabar-senja")["rejected"] >= len([story for story in room.articles if story.kept])


def test_the_article_names_the_example_it_is_like(flooded: tuple[Newsroom, Place, Crawled]) -> None:
    [article] = flooded[1].articles().values()
    assert article.nearest_seed in FLOODS
    assert "banjir" in article.relevance_terms


def test_the_sites_search_is_asked_in_the_examples_words(flooded: tuple[Newsroom, Place, Crawled]) -> None:
    searches = [request.path for request in flooded[0].log if "search=" in request.path]
    assert any("search=banjir" in path for path in searches)
    assert not any("search=Nagorno" in path for path in searches)
