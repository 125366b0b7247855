from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text

from storage.corpus import Corpus
from storage.database import Database, tables
from storage.database.frontier_tables import urls
from storage.errors import ConfigurationError
from storage.frontier import Frontier
from storage.frontier.frontier import NewUrl
from storage.history import snapshots
from storage.search import search
from storage.withdrawal import refused, tombstones, withdraw
from tests.storage.conftest import article

SECRET = "Zulfikarnaen"
TEXT = f"Saksi bernama {SECRET} melihat pertempuran di Terter. " * 5


STORIES = [
    "Kapal kargo tenggelam di Laut Merah setelah dihantam dua rudal, kata otoritas pelayaran setempat. " * 4,
    "Junta Myanmar membombardir desa di Sagaing dan sebelas orang tewas, kata kelompok perlawanan di sana. " * 4,
    "Milisi dan tentara Libya bentrok di pinggiran Tripoli sejak Jumat pagi dan bandara kota itu ditutup. " * 4,
]


def store(corpus: Corpus, *articles):
    with corpus.db.begin() as conn:
        return [corpus.save(conn, item) for item in articles]


def everything(corpus: Corpus) -> str:
    """All rows of all tables, as text."""
    with corpus.db.read() as conn:
        return "\n".join(str(row) for table in tables.metadata.sorted_tables for row in conn.execute(table.select()))


def test_no_trace_of_the_text_is_left(corpus: Corpus, corpus_url: str) -> None:
    (saved,) = store(corpus, article(1, title=f"Kesaksian {SECRET}", text=TEXT, archive_ref="a.warc.gz:10"))
    store(corpus, article(1, title=f"Kesaksian {SECRET} (2)", text=TEXT + "Tambahan."))
    snapshots.take(corpus, "A")
    assert SECRET in everything(corpus)
    done = withdraw(corpus, "http://www.contoh.id/berita/1/", "permintaan saksi")
    assert (done.articles, done.archive_refs) == (1, ["a.warc.gz:10"])
    assert corpus.get(saved.id) is None
    assert search(corpus, SECRET) == []
    assert SECRET not in everything(corpus)
    with corpus.db.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM fingerprints")).scalar_one() == 0
    if corpus.db.dialect == "sqlite":
        corpus.db.close()
        for path in Path(corpus_url.removeprefix("sqlite:///")).parent.glob("*.db*"):
            assert SECRET.encode() not in path.read_bytes()
            assert SECRET.lower().encode() not in path.read_bytes()


def test_a_reader_that_keeps_the_write_ahead_log_is_told_of(corpus_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.engine.BUSY_SECONDS", 0.1)
    corpus = Corpus(Database.open(corpus_url))
    (saved,) = store(corpus, article(1, text=TEXT))
    with corpus.db.read() as conn:
        conn.execute(text("SELECT count(*) FROM articles")).scalar_one()
        assert withdraw(corpus, saved.id, "permintaan").lingers == (corpus.db.dialect == "sqlite")
    assert not withdraw(corpus, "https://contoh.id/berita/1", "permintaan").lingers
    corpus.db.close()


def test_a_withdrawn_url_is_never_stored_again(corpus: Corpus) -> None:
    canonical = "https://contoh.id/berita/1"
    (saved,) = store(corpus, article(1, url="https://m.contoh.id/amp/1", canonical_url=canonical))
    withdraw(corpus, canonical, "permintaan")
    for url in (canonical, "https://m.contoh.id/amp/1", "http://www.contoh.id/berita/1#x"):
        (again,) = store(corpus, article(1, url=url))
        assert (again.outcome, again.revision) == ("withdrawn", 0)
    with corpus.db.begin() as conn:
        assert corpus.reject(conn, canonical, reason="below threshold", text=TEXT) is None
    assert corpus.counts()["articles"] == corpus.counts()["rejected"] == 0
    assert {tomb["article_id"] for tomb in tombstones(corpus)} == {saved.id}


def test_an_address_once_claimed_and_still_claimed_by_others_is_not_refused(corpus: Corpus) -> None:
    section = "https://contoh.id/internasional"
    one = article(1, text=STORIES[0], canonical_url=section)
    store(corpus, one, article(2, text=STORIES[1], canonical_url=section))
    one.canonical_url, one.extractor_version = one.url, "2"
    (saved,) = store(corpus, one)
    withdraw(corpus, saved.id, "permintaan")
    (third,) = store(corpus, article(3, text=STORIES[2], canonical_url=section))
    assert third.outcome == "new"


def test_a_withdrawal_waits_for_an_article_that_is_being_stored(corpus: Corpus, corpus_url: str) -> None:
    other = Corpus(Database.open(corpus_url))
    with ThreadPoolExecutor(1) as pool:
        with corpus.db.begin() as conn:
            saved = corpus.save(conn, article(1, text=TEXT))
            withdrawn = pool.submit(withdraw, other, "https://contoh.id/berita/1", "permintaan")
            waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while corpus.db.dialect == "postgresql" and not conn.execute(waiting).scalar_one():
                assert not withdrawn.done()
        assert withdrawn.result().articles == 1
    assert corpus.get(saved.id) is None
    other.db.close()


def test_a_whole_outlet(corpus: Corpus) -> None:
    store(corpus, *(article(n, outlet="pergi") for n in range(250)), article(999))
    with corpus.db.begin() as conn:
        corpus.reject(conn, "https://contoh.id/x", reason="below threshold", outlet="pergi")
    done = withdraw(corpus, "pergi", "kontrak berakhir")
    assert (done.articles, done.near_misses) == (250, 1)
    assert [found.outlet for found in corpus.articles()] == ["contoh"]
    (again,) = store(corpus, article(5000, outlet="pergi"))
    assert again.outcome == "withdrawn"


def test_a_near_miss_is_withdrawn_too(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        corpus.reject(conn, "https://contoh.id/berita/1", reason="below threshold", text=TEXT)
    assert withdraw(corpus, "https://contoh.id/berita/1", "permintaan").near_misses == 1
    assert SECRET not in everything(corpus)


def test_what_was_said_about_a_near_miss_goes_with_it(corpus: Corpus) -> None:
    url = "https://contoh.id/berita/9"
    with corpus.db.begin() as conn:
        corpus.reject(conn, url, reason="below threshold", outlet="contoh", text=TEXT)
        corpus.decide(conn, url, False, f"{SECRET} ingin dihapus")
    withdraw(corpus, url, "permintaan")
    assert corpus.decisions() == []


def test_a_url_nobody_stored_is_refused_from_now_on(corpus: Corpus) -> None:
    assert withdraw(corpus, "https://contoh.id/berita/1", "permintaan").articles == 0
    (saved,) = store(corpus, article(1))
    assert saved.outcome == "withdrawn"


def test_copies_keep_the_id_of_a_withdrawn_original(corpus: Corpus) -> None:
    first, second = store(corpus, article(1, text=TEXT), article(2, text=TEXT))
    withdraw(corpus, first.id, "permintaan")
    assert corpus.get(second.id).copy_of == first.id


def test_a_reason_and_a_known_id_are_needed(corpus: Corpus) -> None:
    with pytest.raises(ConfigurationError, match="needs a reason"):
        withdraw(corpus, "https://contoh.id/berita/1", " ")
    with pytest.raises(ConfigurationError, match="no article 0123456789abcdef"):
        withdraw(corpus, "0123456789abcdef", "permintaan")


def frontier_rows(corpus: Corpus, *found: NewUrl) -> list[tuple[str, str | None, str]]:
    """State, reason and hints of all URLs, in the order they were found, after some were added."""
    with corpus.db.begin() as conn:
        Frontier(corpus.db).add(conn, found)
        columns = (urls.c.state, urls.c.reason, urls.c.hints)
        return [tuple(row) for row in conn.execute(select(*columns).order_by(urls.c.id))]


def test_the_crawl_does_not_ask_for_it_again_and_forgets_its_headline(corpus: Corpus) -> None:
    found = [
        NewUrl(f"https://www.contoh.id/berita/{n}", f"https://contoh.id/berita/{n}", "www.contoh.id", "contoh", hints=h)
        for n, h in ((1, {"title": SECRET}), (11, {"title": "lain"}))
    ]
    frontier_rows(corpus, *found)
    withdraw(corpus, "https://contoh.id/berita/1", "permintaan")
    # Another feed names it again.
    assert frontier_rows(corpus, *found) == [("gone", "withdrawn", "{}"), ("discovered", None, '{"title": "lain"}')]
    assert SECRET not in everything(corpus)


def test_the_crawl_forgets_all_addresses_of_it(corpus: Corpus) -> None:
    mobile = "https://m.contoh.id/berita/gencatan-senjata"
    given = article(1, url="https://contoh.id/berita/gencatan-senjata", text=TEXT)
    (saved,) = store(corpus, given)
    store(corpus, article(1, url=mobile, canonical_url=given.url, text=TEXT))
    found = [NewUrl(mobile, mobile, "m.contoh.id", "contoh", hints={"title": SECRET})]
    frontier_rows(corpus, *found)
    withdraw(corpus, saved.id, "permintaan")
    assert frontier_rows(corpus) == [("gone", "withdrawn", "{}")]


def test_the_frontier_of_an_outlet_is_emptied_and_its_ways_in_stay(corpus: Corpus) -> None:
    found = [
        NewUrl("https://pergi.id/rss", "https://pergi.id/rss", "pergi.id", "pergi", kind="feed"),
        NewUrl("https://pergi.id/1", "https://pergi.id/1", "pergi.id", "pergi", hints={"title": SECRET}),
        NewUrl("https://contoh.id/1", "https://contoh.id/1", "contoh.id", "contoh"),
    ]
    frontier_rows(corpus, *found)
    withdraw(corpus, "pergi", "kontrak berakhir")
    assert sorted(frontier_rows(corpus)) == [
        ("discovered", None, "{}"), ("discovered", None, "{}"), ("gone", "withdrawn", "{}"),
    ]  # fmt: skip
    assert refused(corpus).hosts == {"pergi.id"}


def test_a_near_miss_is_found_by_its_own_address_too(corpus: Corpus) -> None:
    with corpus.db.begin() as conn:
        corpus.reject(
            conn,
            "https://m.contoh.id/amp/1",
            canonical_url="https://contoh.id/berita/1",
            reason="below threshold",
            text=TEXT,
            archive_ref="a.warc.gz#1,2 a.warc.gz#3,4",
        )
    done = withdraw(corpus, "https://m.contoh.id/amp/1", "permintaan")
    assert (done.near_misses, done.archive_refs) == (1, ["a.warc.gz#1,2", "a.warc.gz#3,4"])
    assert SECRET not in everything(corpus)
    assert store(corpus, article(1))[0].outcome == "withdrawn"


def test_what_was_withdrawn_can_be_withdrawn_again(corpus: Corpus) -> None:
    (saved,) = store(corpus, article(1))
    for target in (saved.id, saved.id, "https://contoh.id/berita/1", "contoh", "contoh"):
        withdraw(corpus, target, "permintaan")
    assert len(tombstones(corpus)) == 2


def _outcome(corpus: Corpus, url: str, text: str, **fields: object) -> str:
    with corpus.db.begin() as conn:
        return corpus.save(conn, article(url=url, text=text, **fields)).outcome


LONG = " ".join(f"Kata{n} ditarik." for n in range(30))


@pytest.mark.parametrize(
    ("url", "text", "fields", "outcome"),
    [
        ("https://contoh.id/lain/judul-baru", LONG, {}, "withdrawn"),  # the same text
        ("https://contoh.id/lain/judul-baru", LONG.upper().replace(".", "!"), {"title": "Lain"}, "withdrawn"),
        ("https://contoh.id/berita/d-7012345/judul-baru", "Teks lain.", {}, "withdrawn"),  # the same number
        ("https://contoh.id/foto/7012345?page=2", "Teks lain.", {}, "withdrawn"),
        ("https://contoh.id/berita/d-7012346/judul-lama", "Teks lain.", {}, "new"),  # another number
        ("https://contoh.id/2025/05/01/7012345/judul", "Teks lain.", {}, "new"),  # counted anew every day
        ("https://lain.id/berita/d-7012345/judul", LONG, {"outlet": "lain"}, "new"),  # another outlet's own
        ("https://contoh.id/berita/d-7012399/judul-lain", LONG + " Dan kabar baru.", {}, "new"),
    ],
)
def test_withdrawn_is_withdrawn_under_other_addresses_of_its_outlet(
    corpus: Corpus, url: str, text: str, fields: dict[str, object], outcome: str
) -> None:
    old = "https://contoh.id/berita/d-7012345/judul-lama"
    assert _outcome(corpus, old, LONG) == "new"
    withdraw(corpus, old, "permintaan")
    assert _outcome(corpus, url, text, **fields) == outcome


def test_a_number_that_an_article_has_that_stays_refuses_nothing(corpus: Corpus) -> None:
    _outcome(corpus, "https://contoh.id/topik/55555/satu-judul", LONG)
    _outcome(corpus, "https://contoh.id/topik/55555/dua-judul", "Teks lain sama sekali.")
    withdraw(corpus, "https://contoh.id/topik/55555/satu-judul", "permintaan")
    assert _outcome(corpus, "https://contoh.id/topik/55555/tiga-judul", "Teks ketiga.") == "new"


def test_short_texts_are_known_by_their_title_too(corpus: Corpus) -> None:
    _outcome(corpus, "https://contoh.id/a-b", "Harga emas hari ini.", title="Emas 1 Mei")
    withdraw(corpus, "https://contoh.id/a-b", "permintaan")
    assert _outcome(corpus, "https://contoh.id/c-d", "Harga emas hari ini.", title="Emas 2 Mei") == "new"
    assert _outcome(corpus, "https://contoh.id/e-f", "Harga emas hari ini.", title="Emas 1 Mei") == "withdrawn"
