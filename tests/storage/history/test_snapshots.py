import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from sqlalchemy import select, update

from storage.article import JSONL_FIELDS
from storage.corpus import Corpus
from storage.database import Filter, tables
from storage.errors import ConfigurationError
from storage.export import export, pinned
from storage.history import snapshots
from storage.withdrawal import withdraw
from tests.storage.conftest import article
from tests.storage.export.test_export import SCHEMA


def store(corpus: Corpus, numbers: range, **fields: object) -> None:
    with corpus.db.begin() as conn:
        for number in numbers:
            day = date(2020, 10, 1 + number % 28) if number % 5 else None
            corpus.save(conn, article(number, published_at=day, **fields))


def text_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def changed(corpus: Corpus) -> None:
    """Articles 100 to 119 come, 3 and 4 are revised, 5 is withdrawn, 6 judged anew."""
    store(corpus, range(100, 120))
    store(corpus, range(3, 5), text="Teks yang lain sama sekali.")
    withdraw(corpus, "https://contoh.id/berita/5", "diminta penulis")
    with corpus.db.begin() as conn:
        corpus.judge(conn, corpus.get("https://contoh.id/berita/6").id, 0.9, "004", [])


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "parquet"])
def test_a_snapshot_is_the_same_bytes_after_a_thousand_articles_more(
    corpus: Corpus, tmp_path: Path, suffix: str
) -> None:
    store(corpus, range(30))
    snapshots.take(corpus, "makalah")
    export(corpus, tmp_path / f"then.{suffix}")
    snapshots.export_snapshot(corpus, "makalah", tmp_path / f"first.{suffix}")
    store(corpus, range(30, 1030))
    store(corpus, range(5), text="Teks yang diubah kemudian.")
    snapshots.export_snapshot(corpus, "makalah", tmp_path / f"again.{suffix}")
    then = (tmp_path / f"then.{suffix}").read_bytes()
    assert (tmp_path / f"first.{suffix}").read_bytes() == then
    assert (tmp_path / f"again.{suffix}").read_bytes() == then


def test_a_delta_applied_to_the_old_export_gives_the_new_one(corpus: Corpus, tmp_path: Path) -> None:
    store(corpus, range(30))
    snapshots.take(corpus, "A")
    export(corpus, tmp_path / "a.jsonl")
    changed(corpus)
    snapshots.take(corpus, "B")
    export(corpus, tmp_path / "b.jsonl")
    manifest = snapshots.export_changes(corpus, "A", tmp_path / "now.jsonl")
    snapshots.export_changes(corpus, "A", tmp_path / "between.jsonl", until="B")
    assert manifest.by_change == {"added": 20, "revised": 3, "withdrawn": 1}
    assert text_of(tmp_path / "now.jsonl") == text_of(tmp_path / "between.jsonl")
    applied = list(snapshots.apply_delta(text_of(tmp_path / "a.jsonl"), text_of(tmp_path / "now.jsonl")))
    assert applied == text_of(tmp_path / "b.jsonl")


def test_lines_of_a_delta_fit_the_schema(corpus: Corpus, tmp_path: Path) -> None:
    store(corpus, range(30))
    snapshots.take(corpus, "A")
    changed(corpus)
    snapshots.export_changes(corpus, "A", tmp_path / "delta.jsonl")
    gone = []
    for record in map(json.loads, text_of(tmp_path / "delta.jsonl")):
        withdrawn = record["change"] == "withdrawn"
        jsonschema.validate(record, SCHEMA["$defs"]["withdrawn"] if withdrawn else SCHEMA)
        if withdrawn:
            gone.append(record["url"])
    assert gone == ["https://contoh.id/berita/5"]


def test_a_parquet_delta_has_the_changes_too(corpus: Corpus, tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    store(corpus, range(30))
    snapshots.take(corpus, "A")
    changed(corpus)
    snapshots.export_changes(corpus, "A", tmp_path / "delta.parquet")
    changes = pq.read_table(tmp_path / "delta.parquet").column("change").to_pylist()
    assert (changes.count("added"), changes.count("revised"), changes.count("withdrawn")) == (20, 3, 1)


def test_nothing_changed_is_an_empty_delta(corpus: Corpus, tmp_path: Path) -> None:
    store(corpus, range(3))
    snapshots.take(corpus, "A")
    store(corpus, range(3))
    assert snapshots.export_changes(corpus, "A", tmp_path / "delta.jsonl").records == 0
    assert text_of(tmp_path / "delta.jsonl") == []


def test_a_snapshot_keeps_its_filter(corpus: Corpus, tmp_path: Path) -> None:
    store(corpus, range(10))
    store(corpus, range(10, 20), outlet="lain")
    snapshots.take(corpus, "lain", Filter(outlets=["lain"]))
    store(corpus, range(20, 25), outlet="lain")
    store(corpus, range(30, 35))
    assert snapshots.export_snapshot(corpus, "lain", tmp_path / "a.jsonl").records == 10
    assert snapshots.export_changes(corpus, "lain", tmp_path / "d.jsonl").by_change == {"added": 5}


def test_a_withdrawn_article_leaves_its_snapshots(corpus: Corpus, tmp_path: Path) -> None:
    store(corpus, range(4))
    snapshots.take(corpus, "A")
    withdraw(corpus, "https://contoh.id/berita/2", "diminta")
    manifest = snapshots.export_snapshot(corpus, "A", tmp_path / "a.jsonl")
    assert (manifest.records, manifest.withdrawn_since) == (3, 1)


def test_names(corpus: Corpus) -> None:
    snapshots.take(corpus, "A")
    with pytest.raises(ConfigurationError, match="there is a snapshot 'A' already"):
        snapshots.take(corpus, "A")
    with pytest.raises(ConfigurationError, match=r"no snapshot 'B' \(there are: A\)"):
        snapshots.get(corpus, "B")
    snapshots.remove(corpus, "A")
    assert snapshots.listed(corpus) == []


def made_before(corpus: Corpus, name: str, fields: int) -> None:
    """Make a snapshot one of a time when records ended after so many fields."""
    with corpus.db.begin() as conn:
        for row in conn.execute(select(tables.records)).mappings().all():
            body = tables.dump_json(json.loads(row["body"])[:fields])
            then = pinned.body_hash(body)
            values = {"hash": then, "body": body}
            conn.execute(update(tables.records).where(tables.records.c.hash == row["hash"]).values(**values))
            items = tables.snapshot_items
            conn.execute(update(items).where(items.c.hash == row["hash"]).values(hash=then))
        made = update(tables.snapshots).where(tables.snapshots.c.name == name)
        conn.execute(made.values(fields=list(JSONL_FIELDS[:fields]), sha256=None))


def test_a_snapshot_of_before_a_field_came_is_compared_without_it(corpus: Corpus, tmp_path: Path) -> None:
    """Records of then end with the rights: nothing changed, nothing is told."""
    store(corpus, range(5))
    snapshots.take(corpus, "dulu")
    made_before(corpus, "dulu", JSONL_FIELDS.index("rights") + 1)
    assert snapshots.export_changes(corpus, "dulu", tmp_path / "none.jsonl").records == 0
    with corpus.db.begin() as conn:  # read again, now by two readers
        corpus.save(conn, article(3, published_at=date(2020, 10, 4), extraction_agreement=0.9, extractor_version="3"))
    assert snapshots.export_changes(corpus, "dulu", tmp_path / "one.jsonl").records == 1
    snapshots.export_snapshot(corpus, "dulu", tmp_path / "then.jsonl")
    assert {tuple(json.loads(line))[-1] for line in text_of(tmp_path / "then.jsonl")} == {"rights"}
