"""Damage of every kind is named by `verify`, and by nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, text, update

from storage.corpus import Corpus
from storage.database import tables
from storage.errors import NotAsRecorded
from storage.history import snapshots
from storage.history.verify import verify
from storage.withdrawal import withdraw
from tests.storage.conftest import article

COPY = " ".join(f"Kalimat ke-{n} tentang serangan di Ganja menewaskan {n} orang." for n in range(20))


@pytest.fixture
def stocked(corpus: Corpus) -> Corpus:
    with corpus.db.begin() as conn:
        for number in range(1, 6):
            corpus.save(conn, article(number, published_at=date(2023, 9, number), archive_ref=f"a.warc.gz#{number},9"))
        corpus.save(conn, article(1, text="Teks yang diperbarui kemudian.", archive_ref="a.warc.gz#11,9"))
        corpus.save(conn, article(8, text=COPY, outlet="satu", published_at=date(2023, 9, 8)))
        corpus.save(conn, article(9, text=COPY, outlet="dua", published_at=date(2023, 9, 9)))
        corpus.reject(conn, "https://contoh.id/hampir", reason="topic", archive_ref="a.warc.gz#12,9")
    snapshots.take(corpus, "makalah")
    withdraw(corpus, "https://contoh.id/berita/5", "permintaan")
    return corpus


def named(corpus: Corpus, **options: object) -> list[tuple[str, str]]:
    return [(fault.check, fault.where) for fault in verify(corpus, **options)]


def id_of(corpus: Corpus, number: int) -> str:
    return corpus.get(f"https://contoh.id/berita/{number}").id


def test_a_sound_corpus_has_no_fault_and_all_rows_are_looked_at(stocked: Corpus) -> None:
    seen: list[int] = []
    assert named(stocked, on_progress=seen.append) == []
    assert seen[-1] > 20


def test_one_overwritten_word_is_named(stocked: Corpus) -> None:
    two = id_of(stocked, 2)
    with stocked.db.begin() as conn:
        conn.execute(
            text("UPDATE revisions SET text = replace(text, 'desa', 'kota') WHERE article_key ="
                 " (SELECT key FROM articles WHERE id = :id)"),
            {"id": two},
        )  # fmt: skip
    assert named(stocked) == [("content hash", f"article {two} revision 1"), ("snapshot", "snapshot makalah")]


def test_a_missing_row_of_the_index_is_named(stocked: Corpus) -> None:
    three = stocked.get("https://contoh.id/berita/3")
    with stocked.db.begin() as conn:
        key = conn.execute(text("SELECT key FROM articles WHERE id = :id"), {"id": three.id}).scalar_one()
        if conn.dialect.name == "sqlite":
            conn.execute(
                text("INSERT INTO articles_fts(articles_fts, rowid, title, text) VALUES ('delete', :k, :t, :b)"),
                {"k": key, "t": three.title, "b": three.text},
            )
        else:
            conn.execute(text("DELETE FROM articles_fts WHERE article_key = :k"), {"k": key})
    assert named(stocked) == [("index", f"article {three.id}")]


def test_an_index_row_of_other_words_is_named(stocked: Corpus) -> None:
    three = id_of(stocked, 3)
    with stocked.db.begin() as conn:
        key = conn.execute(text("SELECT key FROM articles WHERE id = :id"), {"id": three}).scalar_one()
        if conn.dialect.name == "sqlite":
            body = stocked.get(three)
            conn.execute(
                text("INSERT INTO articles_fts(articles_fts, rowid, title, text) VALUES ('delete', :k, :t, :b)"),
                {"k": key, "t": body.title, "b": body.text},
            )
            conn.execute(text("INSERT INTO articles_fts(rowid, title, text) VALUES (:k, 'x', 'lain')"), {"k": key})
        else:
            conn.execute(text("UPDATE articles_fts SET document = 'lain' WHERE article_key = :k"), {"k": key})
    assert named(stocked) == [("index", f"article {three}")]


def test_every_archive_reference_is_asked_for(stocked: Corpus) -> None:
    asked: dict[str, str] = {}

    def check(ref: str, addresses: frozenset[str], url: str) -> str | None:
        assert addresses
        asked[ref] = url
        return "lost" if ref in ("a.warc.gz#2,9", "a.warc.gz#12,9") else None

    faults = list(verify(stocked, check))
    assert [(fault.check, fault.where.split()[0], fault.what) for fault in faults] == [
        ("archive", "article", "a.warc.gz#2,9: lost"),
        ("archive", "near", "a.warc.gz#12,9: lost"),
    ]
    assert set(asked) == {f"a.warc.gz#{number},9" for number in (1, 2, 3, 4, 11, 12)}


def test_a_circle_of_copies_and_a_link_to_nothing_are_named(stocked: Corpus) -> None:
    eight, nine, one = (id_of(stocked, number) for number in (8, 9, 1))
    assert stocked.get(nine).copy_of == eight
    with stocked.db.begin() as conn:
        keys = dict(conn.execute(text("SELECT id, key FROM articles")).all())
        rows = [
            {"article_key": keys[eight], "copy_of": nine, "kind": "exact", "evidence": {}},
            {"article_key": keys[one], "copy_of": "0" * 16, "kind": "exact", "evidence": {}},
        ]
        conn.execute(tables.copies.insert(), rows)
    assert [fault for fault in named(stocked) if fault[0] == "copies"] != []
    told = {fault.where: fault.what for fault in verify(stocked)}
    assert told[f"article {one}"] == f"copy of {'0' * 16}, which is neither there nor withdrawn"
    assert any(what.startswith("a circle: ") for what in told.values())


def test_a_lost_revision_and_a_lost_record_are_named(stocked: Corpus) -> None:
    four = id_of(stocked, 4)
    with stocked.db.begin() as conn:
        conn.execute(delete(tables.records).where(tables.records.c.article_id == id_of(stocked, 3)))
        conn.execute(update(tables.articles).where(tables.articles.c.id == four).values(text_key=999))
    faults = named(stocked)
    assert ("revision", f"article {four}") in faults
    assert ("snapshot", f"article {id_of(stocked, 3)}") in faults
    assert ("snapshot", "snapshot makalah") in faults


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE articles SET title = 'Lain' WHERE id = :two", "revision"),
        ("UPDATE articles SET published_day = '1999-01-01' WHERE id = :two", "article"),
        ("UPDATE articles SET sort_key = '1999-01-01' WHERE id = :two", "article"),
        ("UPDATE articles SET countries = '[' WHERE id = :two", "article"),
        ("DELETE FROM addresses WHERE id = :two", "addresses"),
        ("DELETE FROM evidence WHERE article_key = (SELECT key FROM articles WHERE id = :two)", "evidence"),
        ("UPDATE copies SET chain = :two", "copies"),
        ("UPDATE story_members SET story_id = 'ffffffffffffffff'", "stories"),
    ],
)
def test_a_row_that_contradicts_another_is_named(stocked: Corpus, damage: str, check: str) -> None:
    with stocked.db.begin() as conn:
        conn.execute(text(damage), {"two": id_of(stocked, 2)} if ":two" in damage else {})
    assert {found for found, _ in named(stocked)} == {check}


def test_fingerprints_of_no_article_are_named(stocked: Corpus) -> None:
    with stocked.db.begin() as conn:
        conn.execute(text("INSERT INTO fingerprints (hash, article_key) VALUES (1, 4242)"))
    assert named(stocked) == [("fingerprints", "article key 4242")]


def test_a_broken_foreign_key_is_named(stocked: Corpus) -> None:
    if stocked.db.dialect != "sqlite":
        pytest.skip("PostgreSQL lets nobody break one")
    with stocked.db.engine.connect() as conn:
        raw = conn.connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("INSERT INTO addresses VALUES ('ffffffffffffffff', 777)")
        raw.execute("PRAGMA foreign_keys = ON")
    assert named(stocked) == [("foreign key", "addresses ffffffffffffffff")]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE revisions SET text = text || ' '",  # white space, which content_hash does not see
        "UPDATE records SET body = replace(body, 'nomor 2', 'nomor 7')",
        "DELETE FROM records WHERE article_id = (SELECT id FROM articles WHERE url LIKE '%/2')",
        "UPDATE snapshot_items SET sort_key = '2023-09-09' WHERE sort_key = '2023-09-02'",
    ],
)
def test_a_snapshot_with_a_changed_byte_is_not_exported(stocked: Corpus, tmp_path, damage: str) -> None:
    tmp_path = tmp_path / "out"
    tmp_path.mkdir()
    snapshots.export_snapshot(stocked, "makalah", tmp_path / "a.jsonl")
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with stocked.db.begin() as conn:
        conn.execute(text(damage))
    for suffix in ("jsonl", "parquet"):
        with pytest.raises(NotAsRecorded, match="its lines are not those it was made of"):
            snapshots.export_snapshot(stocked, "makalah", tmp_path / f"a.{suffix}", masked=suffix == "parquet")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_withdrawal_seals_what_is_left_of_a_sound_snapshot_only(stocked: Corpus, tmp_path) -> None:
    sealed = snapshots.get(stocked, "makalah").sha256
    manifest = snapshots.export_snapshot(stocked, "makalah", tmp_path / "a.jsonl")
    assert manifest.sha256 == manifest.snapshot_sha256 == sealed  # as sha256sum has it
    assert manifest.withdrawn_since == 1
    with stocked.db.begin() as conn:
        conn.execute(text("UPDATE revisions SET text = text || '!' WHERE number = 2"))
        conn.execute(text("UPDATE revisions SET text = text || '!' WHERE text LIKE '%nomor 2%'"))
    withdraw(stocked, "https://contoh.id/berita/3", "permintaan")
    with pytest.raises(NotAsRecorded):
        snapshots.export_snapshot(stocked, "makalah", tmp_path / "a.jsonl")
