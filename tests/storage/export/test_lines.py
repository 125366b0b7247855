"""The lines of an export, however they come about, are what ``json.dumps`` makes of the record."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from storage.article import JSONL_FIELDS
from storage.corpus import Corpus
from storage.database import Filter, tables
from storage.errors import StorageError
from storage.export import export, export_lines, manifest_path
from storage.export.composed import composed_lines, select_lines
from storage.export.record import LISTS, lines, rights_record, select_records
from storage.history import snapshots
from tests.storage.conftest import article

CONTROLS = "".join(map(chr, range(1, 32)))
HOSTILE = CONTROLS + "\x7f\x80\x85\xad\u2028\u2029\ufeff\uffff😀 ' \" \\ / \\u0041 \\n </script> ${x} %s ?:x"
NUMBERS = (0.0, 1.0, 0.5, 1e-06, 1e-05, 1.2e-05, 9.9e-05, 0.0001, 0.000123, 0.1, 0.3, 0.123457, 0.999999)
# What both databases store: no NUL, no halves of surrogate pairs.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40) | st.just(HOSTILE)
SHARES = st.none() | st.sampled_from(NUMBERS) | st.floats(0, 1).map(lambda share: round(share, 6))
RIGHTS = st.dictionaries(
    TEXTS | st.sampled_from(["robots", "noai", "license"]), TEXTS | st.none() | st.booleans(), max_size=3
)


def written(record: dict[str, object], **changed: object) -> str:
    """The line as its definition has it."""
    whole = record | changed | {"rights": rights_record(record["rights"])}
    line = json.dumps({name: whole[name] for name in JSONL_FIELDS}, ensure_ascii=False, separators=(",", ":"))
    for letter in "\x85\u2028\u2029":  # ends of a line to str.splitlines and its like
        line = line.replace(letter, f"\\u{ord(letter):04x}")
    return line


def exported(corpus: Corpus, folder: Path, **options: object) -> str:
    export(corpus, folder / "corpus.jsonl", **options)
    return (folder / "corpus.jsonl").read_bytes().decode()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_line_is_what_json_makes_of_the_record(corpus: Corpus, tmp_path: Path, data: st.DataObject) -> None:
    with corpus.db.begin() as conn:
        saved = corpus.save(conn, article())
        record: dict[str, object] = {
            "url": data.draw(TEXTS),
            "authors": data.draw(st.lists(TEXTS, max_size=2)),
            "rights": data.draw(RIGHTS),
            "relevance": data.draw(SHARES),
            "language_confidence": data.draw(SHARES),
            "published_at": data.draw(st.sampled_from([None, "2020-11-09", "2020-11-09T19:05:00+07:00"])),
        }
        record |= {name: data.draw(TEXTS | st.none()) for name in ("canonical_url", "title", "dateline", "archive_ref")}
        record |= {name: data.draw(st.lists(TEXTS, max_size=2)) for name in LISTS if name not in record}
        conn.execute(update(tables.articles), record)
        text = data.draw(TEXTS)
        conn.execute(update(tables.revisions), {"text": text})
    with corpus.db.read() as conn:
        rows = [tuple(row) for row in conn.execute(select_records())]
    record = dict(zip(JSONL_FIELDS, rows[0], strict=True)) | record
    assert record["id"] == saved.id
    expected = written(record, text=text) + "\n"
    assert lines(rows).decode() == expected
    assert exported(corpus, tmp_path) == expected
    assert exported(corpus, tmp_path, text=False) == written(record, text=None) + "\n"


def test_sqlite_composes_the_same_lines_as_python(corpus: Corpus) -> None:
    if corpus.db.dialect != "sqlite":
        pytest.skip("only SQLite composes lines")
    with corpus.db.begin() as conn:
        for number, share in enumerate(NUMBERS):
            corpus.save(conn, article(number, title=HOSTILE, tags=[HOSTILE, ""], relevance=share))
    with corpus.db.read() as conn:
        composed = [tuple(row) for row in conn.execute(select_lines())]
        records = [tuple(row) for row in conn.execute(select_records())]
    assert len(records) == len(NUMBERS)
    assert composed_lines(composed) == lines(records)


def test_a_snapshot_has_the_same_hostile_lines(corpus: Corpus, tmp_path: Path) -> None:
    with corpus.db.begin() as conn:
        corpus.save(conn, article(1, title=HOSTILE, text=HOSTILE, tags=[HOSTILE], rights={HOSTILE: HOSTILE}))
        corpus.save(conn, article(2, relevance=1e-05, language_confidence=1.0))
    snapshots.take(corpus, "A")
    snapshots.export_snapshot(corpus, "A", tmp_path / "a.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes().decode() == exported(corpus, tmp_path)


@pytest.mark.parametrize("where", [None, Filter(outlets=["contoh"], copies="none"), Filter(min_relevance=0.5)])
def test_more_articles_than_are_read_at_a_time(corpus: Corpus, tmp_path: Path, where: Filter | None) -> None:
    with corpus.db.begin() as conn:
        for number in range(600):
            corpus.save(conn, article(number, relevance=(number % 10) / 10))
    with corpus.db.read() as conn:
        expected = lines([tuple(row) for row in conn.execute(select_records(where))]).decode()
    assert exported(corpus, tmp_path, where=where) == expected
    manifest = json.loads(manifest_path(tmp_path / "corpus.jsonl").read_text(encoding="utf-8"))
    records = list(map(json.loads, expected.splitlines()))
    assert manifest["records"] == len(records) == (300 if where and where.min_relevance else 600)
    assert manifest["words"] == sum(record["word_count"] for record in records)


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.zst", "parquet"])
def test_an_interrupted_export_leaves_nothing(corpus: Corpus, tmp_path: Path, suffix: str) -> None:
    with corpus.db.begin() as conn:
        corpus.save(conn, article())

    def interrupt(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(corpus, tmp_path / f"corpus.{suffix}", on_progress=interrupt)
    assert list(tmp_path.glob("*corpus*")) == []


def test_a_damaged_row_far_down_is_an_error_of_storage(corpus: Corpus, tmp_path: Path) -> None:
    if corpus.db.dialect != "sqlite":
        pytest.skip("only SQLite looks into the lists")
    with corpus.db.begin() as conn:
        for number in range(400):
            corpus.save(conn, article(number))
        conn.exec_driver_sql("UPDATE articles SET tags = '[' WHERE id = (SELECT max(id) FROM articles)")
    with pytest.raises(StorageError, match="malformed JSON"):
        export(corpus, tmp_path / "corpus.jsonl")
    assert list(tmp_path.glob("*corpus*")) == []


def test_lines_without_a_file_are_those_of_the_file(corpus: Corpus, tmp_path: Path) -> None:
    with corpus.db.begin() as conn:
        ids = [corpus.save(conn, article(number, title=HOSTILE)).id for number in range(3)]
    export(corpus, tmp_path / "all.jsonl")
    assert b"".join(export_lines(corpus)) == (tmp_path / "all.jsonl").read_bytes()
    picked = [json.loads(line)["id"] for line in b"".join(export_lines(corpus, Filter(ids=ids[:2]))).splitlines()]
    assert sorted(picked) == sorted(ids[:2])
