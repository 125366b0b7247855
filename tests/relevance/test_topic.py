"""The judge: what is kept, what is not, and why."""

import pickle

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.relevance import Topic
from crawler.relevance import topic as topic_module
from storage.errors import ConfigurationError
from tests.relevance import articles


@pytest.fixture(scope="module")
def topic():
    return Topic.from_seeds(SEEDS)


@pytest.mark.parametrize("name", articles.CONFLICT)
def test_keeps_coverage_of_armed_conflict(topic, name):
    judgement = topic.judge(*articles.CONFLICT[name])
    assert judgement.kept, judgement
    assert judgement.rule is None
    assert judgement.score >= topic.threshold


@pytest.mark.parametrize("name", articles.NOT_CONFLICT)
def test_rejects_what_only_sounds_like_war(topic, name):
    judgement = topic.judge(*articles.NOT_CONFLICT[name])
    assert not judgement.kept, judgement
    assert judgement.rule == "threshold" or judgement.rule.startswith("guard: ")


def test_a_guard_that_rejects_is_named(topic):
    judgement = topic.judge(
        "Harga Minyak Melonjak Usai Rudal Hantam Kapal Tanker",
        "Harga minyak dunia melonjak setelah serangan rudal Iran terhadap kapal tanker di Selat Hormuz. Investor di"
        " bursa saham Asia melepas saham, rupiah melemah terhadap dolar, dan harga emas naik. Analis bank memperkirakan"
        " inflasi dan suku bunga ikut terdorong bila perang Iran dan Israel berlanjut. Pemerintah menyiapkan subsidi"
        " energi agar harga listrik dan tarif angkutan tidak naik.",
    )
    assert judgement.rule == "guard: economy"
    assert judgement.parts["conflict"] > 0 > judgement.parts["guards"]
    assert {"harga", "minyak"} <= set(judgement.terms)


def test_malay_and_english_are_rejected_by_language_however_much_war_they_report(topic):
    malay, english = topic.judge(*articles.MALAY), topic.judge(*articles.ENGLISH)
    assert (malay.language, malay.rule, malay.kept) == ("ms", "language", False)
    assert (english.language, english.rule, english.kept) == ("en", "language", False)


def test_indonesian_with_javanese_quotes_is_kept(topic):
    judgement = topic.judge(*articles.REGIONAL)
    assert (judgement.language, judgement.kept) == ("id", True)


def test_short_texts_are_not_rejected_by_language(topic):
    assert topic.judge("Tentera Israel bedil Gaza", "Serangan itu membunuh 20 orang awam.").rule != "language"


def test_shows_its_parts_and_terms(topic):
    judgement = topic.judge(*articles.CONFLICT["karabakh"])
    assert set(judgement.parts) == {"conflict", "similarity", "guards"}
    assert 0 < judgement.parts["similarity"] <= 1
    assert judgement.nearest_seed in {path.stem for path in SEEDS.glob("*.txt")}
    assert {"azerbaijan", "armenia"} <= set(judgement.shared)
    assert len(judgement.terms) == len(judgement.weights) > 5
    assert judgement.weights == sorted(judgement.weights, key=abs, reverse=True)
    assert "baku tembak" in judgement.evidence["act"]
    assert "artileri" in judgement.evidence["weapon"]


UNKNOWN_WAR = (
    "Pemberontak Rebut Dua Kota di Tepi Sungai Ambole",
    (
        "Pemberontak merebut dua kota di tepi Sungai Ambole setelah pertempuran sengit dengan tentara. Mortir jatuh di"
        " pasar dan menewaskan tujuh warga sipil. Ribuan orang mengungsi ke hutan, dan juru runding meminta gencatan"
        " senjata."
    ),
)


def test_a_war_of_no_known_place_is_kept_and_says_who_does_what_to_whom(topic):
    judgement = topic.judge(*UNKNOWN_WAR)
    assert judgement.kept
    assert "place" not in judgement.evidence
    assert {"pemberontak", "tentara"} <= {word for entry in judgement.evidence["actor"] for word in entry.split()}
    assert judgement.evidence["act"]
    assert "mortir" in " ".join(entry for found in judgement.evidence.values() for entry in found)


@pytest.mark.parametrize("place", ["Gaza", "Donetsk", "Darfur"])
def test_the_name_of_a_war_decides_nothing(topic, place):
    title = f"Sekolah di {place} Gelar Lomba Renang"
    text = f"Enam puluh anak dari {place} mengikuti lomba renang. Kolam di {place} akan diperbaiki."
    assert not topic.judge(title, text).kept


def test_the_same_war_as_the_seeds_comes_first(topic):
    other = articles.CONFLICT["sudan"]
    same = [text.replace("Sudan", "Nagorno-Karabakh").replace("Khartoum", "Stepanakert") for text in other]
    assert topic.judge(*same).score > topic.judge(*other).score


def test_threshold_zero_keeps_everything_and_one_nothing():
    everything, nothing = Topic.from_seeds(SEEDS, threshold=0), Topic.from_seeds(SEEDS, threshold=1.01)
    assert everything.judge(*articles.NOT_CONFLICT["film perang"]).kept
    assert everything.judge(*articles.ENGLISH).kept
    assert not nothing.judge(*articles.CONFLICT["gaza"]).kept


def test_empty_and_enormous_articles_are_judged(topic):
    assert not topic.judge("", "").kept
    title, text = articles.CONFLICT["ukraina"]
    assert topic.judge(title, f"{text}\n\n" * 20_000).kept


def test_a_topic_travels_to_a_worker_process(topic):
    copy = pickle.loads(pickle.dumps(topic))
    assert copy.judge(*articles.CONFLICT["sudan"]) == topic.judge(*articles.CONFLICT["sudan"])


def test_predicts_from_a_title_a_slug_or_a_path(topic):
    war = topic.predict("azerbaijan-serang-posisi-armenia-di-karabakh")
    other_war = topic.predict("/internasional/2024/05/02/serangan-udara-israel-tewaskan-warga-gaza")
    sport = topic.predict("Hasil Liga Inggris: Tuan Rumah Menang Telak")
    trade = topic.predict("perang-dagang-memanas-saham-anjlok")
    assert war > other_war > trade > 0
    assert other_war > 0.5 > max(sport, trade)
    assert topic.predict("") == topic.predict("---") == 0


def folder(path, **texts):
    path.mkdir()
    for name, text in texts.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


def test_swapping_the_seeds_moves_nearest_seed_similarity_and_order(tmp_path):
    papua = Topic.from_seeds(folder(tmp_path / "papua", tembak="\n".join(articles.CONFLICT["papua"])))
    gaza = Topic.from_seeds(folder(tmp_path / "gaza", udara="\n".join(articles.CONFLICT["gaza"])))
    article = (
        "Dua Warga Tewas dalam Kontak Senjata di Intan Jaya",
        (
            "Kelompok kriminal bersenjata menyerang pos TNI di Sugapa, Intan Jaya, Papua. Dua warga tewas dan pasukan"
            " mengejar anggota KKB ke hutan."
        ),
    )
    ours, theirs = papua.judge(*article), gaza.judge(*article)
    assert ours.nearest_seed == "tembak"
    assert ours.parts["similarity"] > 2 * theirs.parts["similarity"]
    assert ours.score > theirs.score
    hints = ["kkb-serang-pos-di-intan-jaya-papua", "jet-tempur-israel-serang-kamp-di-jalur-gaza"]
    assert max(hints, key=papua.predict) == hints[0]
    assert max(hints, key=gaza.predict) == hints[1]


FLOODS = {
    "sungai": "Banjir Rendam Ratusan Rumah di Bantaran Sungai\nHujan deras sejak Selasa malam membuat sungai meluap dan"
    " merendam ratusan rumah warga. Ketinggian air mencapai satu meter. Petugas BPBD mengevakuasi warga dengan perahu"
    " karet ke posko pengungsian. Tanggul jebol karena tidak mampu menahan debit air dan genangan belum surut.",
    "bandang": "Banjir Bandang Terjang Desa, Jembatan Putus\nBanjir bandang menerjang tiga desa pada Sabtu sore setelah"
    " hujan lebat. Jembatan putus dan puluhan rumah hanyut terbawa arus. Tim SAR mencari dua warga yang terseret arus"
    " sungai. Bupati menetapkan tanggap darurat bencana banjir dan longsor.",
    "rob": "Banjir Rob Genangi Permukiman Pesisir\nBanjir rob menggenangi permukiman nelayan sejak Kamis. Air"
    " laut pasang"
    " masuk ke rumah warga. BMKG memperingatkan banjir pesisir hingga akhir pekan. Pompa dan karung pasir disiapkan"
    " untuk menahan genangan.",
}


def test_mode_seeds_makes_news_like_the_seeds_wanted_whatever_it_is_about(tmp_path):
    floods = Topic.from_seeds(folder(tmp_path / "banjir", **FLOODS), mode="seeds")
    flood = (
        "Ribuan Warga Mengungsi, Banjir di Demak Meluas",
        (
            "Banjir di Kabupaten Demak meluas setelah tanggul sungai jebol akibat hujan deras. Ribuan warga"
            " mengungsi ke posko"
            " karena air setinggi satu meter masuk ke rumah. BPBD mengerahkan perahu karet untuk evakuasi."
        ),
    )
    kept = floods.judge(*flood)
    assert kept.kept
    assert kept.nearest_seed == "sungai"
    assert "banjir" in kept.terms
    for name in ("gaza", "ukraina", "karabakh"):
        assert not floods.judge(*articles.CONFLICT[name]).kept, name
    assert not Topic.from_seeds(SEEDS).judge(*flood).kept
    assert floods.predict("banjir-rendam-rumah-warga") > floods.predict("israel-serang-gaza")


def test_mode_seeds_judges_the_language_too(tmp_path):
    seeds = Topic.from_seeds(folder(tmp_path / "x", a="\n".join(articles.CONFLICT["gaza"])), mode="seeds")
    assert seeds.judge(*articles.ENGLISH).rule == "language"


def test_an_unknown_mode_is_named():
    with pytest.raises(ConfigurationError, match="'seed'"):
        Topic.from_seeds(SEEDS, mode="seed")


def test_tuned_numbers_stand_in_one_place():
    assert topic_module.SHORT == 200
