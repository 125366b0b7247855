from pathlib import Path

import pytest
from sqlalchemy import text

from storage import models, snapshots
from storage.corpus import Corpus
from storage.errors import ConfigurationError
from storage.search import search
from storage.withdrawal import tombstones, withdraw
from tests.storage.conftest import article

SECRET = "Zulfikarnaen"
TEXT = f"Saksi bernama {SECRET} melihat pertempuran di Terter. " * 5


def store(corpus: Corpus, *articles):
    with corpus.db.begin() as conn:
        return [corpus.save(conn, item) for item in articles]


def everything(corpus: Corpus) -> str:
    """All rows of all tables, as text."""
    with corpus.db.read() as conn:
        return "\n".join(str(row) for table in models.metadata.sorted_tables for row in conn.execute(table.select()))


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
