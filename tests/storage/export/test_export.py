import gzip
import hashlib
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest
import zstandard

from storage.article import JSONL_FIELDS
from storage.corpus import Corpus
from storage.database import Filter
from storage.errors import ConfigurationError, StorageError
from storage.export import export, manifest_path
from storage.export.redaction import mask
from tests.storage.conftest import article

WIB = timezone(timedelta(hours=7))
SCHEMA = json.loads(files("storage").joinpath("article.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def stocked(corpus: Corpus) -> Corpus:
    with corpus.db.begin() as conn:
        corpus.save(
            conn,
            article(
                1,
                title='Judul "berkutip" – ğ ş ı',
                text="Paragraf satu.\n\nParagraf dua\tdengan tab.",
                authors=["Siti", "Budi"],
                published_at=datetime(2020, 11, 9, 19, 5, tzinfo=WIB),
                modified_at=date(2020, 11, 10),
                relevance=0.75,
                language="id",
                language_confidence=0.999,
                extraction_agreement=0.937,
                rights={"robots": "noindex, follow", "noindex": True, "ai-train": "no"},
            ),
        )
        corpus.save(conn, article(2, published_at=date(2020, 9, 30), outlet="lain"))
        corpus.save(conn, article(3))
    return corpus


def lines(path: Path) -> list[dict]:
    opener = {".gz": gzip.open, ".zst": zstandard.open}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "jsonl.zst"])
def test_every_line_has_all_keys_in_order_and_fits_the_schema(stocked: Corpus, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"corpus.{suffix}"
    manifest = export(stocked, path)
    found = lines(path)
    assert [record["url"][-1] for record in found] == ["2", "1", "3"]
    for record in found:
        assert tuple(record) == JSONL_FIELDS
        jsonschema.validate(record, SCHEMA)
    assert manifest.records == 3
    assert manifest.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_record_is_what_was_stored(stocked: Corpus, tmp_path: Path) -> None:
    export(stocked, tmp_path / "corpus.jsonl")
    record = lines(tmp_path / "corpus.jsonl")[1]
    assert record["title"] == 'Judul "berkutip" – ğ ş ı'
    assert record["text"] == "Paragraf satu.\n\nParagraf dua\tdengan tab."
    assert record["published_at"] == "2020-11-09T19:05:00+07:00"
    assert (record["published_precision"], record["modified_at"]) == ("minute", "2020-11-10")
    assert (record["authors"], record["tags"]) == (["Siti", "Budi"], [])
    assert (record["relevance"], record["language_confidence"], record["copy_of"]) == (0.75, 0.999, None)
    assert (record["extraction_agreement"], lines(tmp_path / "corpus.jsonl")[0]["extraction_agreement"]) == (
        0.937,
        None,
    )
    assert record["rights"]["noindex"] is True
    assert record["rights"]["license"] is None
    assert record["rights"]["other"] == '{"ai-train":"no"}'


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"])
def test_the_same_corpus_gives_the_same_bytes(stocked: Corpus, tmp_path: Path, suffix: str) -> None:
    hashes = set()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        export(stocked, tmp_path / folder / f"corpus.{suffix}")
        whole = b"".join(file.read_bytes() for file in sorted((tmp_path / folder).iterdir()))
        hashes.add(hashlib.sha256(whole).hexdigest())
        assert len(list((tmp_path / folder).iterdir())) == 4  # the file, its manifest, the data card, croissant.json
    assert len(hashes) == 1


def test_parquet_has_types(stocked: Corpus, tmp_path: Path) -> None:
    export(stocked, tmp_path / "corpus.parquet")
    table = pq.read_table(tmp_path / "corpus.parquet")
    rows = table.to_pylist()
    assert rows[1]["published_at"] == datetime(2020, 11, 9, 12, 5, tzinfo=UTC)
    assert rows[1]["published_day"] == date(2020, 11, 9)
    assert rows[0]["published_at"] == datetime(2020, 9, 30, tzinfo=UTC)
    assert rows[2]["published_at"] is None
    assert (rows[1]["authors"], rows[1]["word_count"], rows[1]["rights"]["noindex"]) == (["Siti", "Budi"], 6, True)
    assert str(table.schema.field("tags").type) == "list<element: string>"


def test_filters_and_manifest(stocked: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    export(stocked, path, Filter(since=date(2020, 1, 1), outlets=["contoh"]))
    manifest = json.loads(manifest_path(path).read_text(encoding="utf-8"))
    assert (manifest["records"], manifest["by_outlet"], manifest["by_year"]) == (1, {"contoh": 1}, {"2020": 1})
    assert manifest["filters"] == {"since": "2020-01-01", "outlets": ["contoh"]}
    assert (manifest["first_published"], manifest["last_published"]) == ("2020-11-09", "2020-11-09")


def test_without_text(stocked: Corpus, tmp_path: Path) -> None:
    export(stocked, tmp_path / "shared.jsonl", text=False)
    for record in lines(tmp_path / "shared.jsonl"):
        assert record["text"] is None
        assert record["content_hash"].startswith("sha256:")
        jsonschema.validate(record, SCHEMA)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Hubungi redaksi@contoh.co.id segera.", "Hubungi [e-mail] segera."),
        ("WA 0812-3456-7890 atau +62 812 3456 7890", "WA [telepon] atau [telepon]"),
        ("Telepon (021) 5790-1234.", "Telepon [telepon]."),
        ("NIK 3174094508900001 atas nama", "NIK [NIK] atas nama"),
        ("Pada 2020-11-09 pukul 19.05 WIB, 1.200 orang", "Pada 2020-11-09 pukul 19.05 WIB, 1.200 orang"),
        ("Rp 081.234.567.890,00 dan resolusi 2334", "Rp 081.234.567.890,00 dan resolusi 2334"),
        ("akun @tni_ad di media sosial", "akun @tni_ad di media sosial"),
        ("nomor kontainer 9912345678901234567890", "nomor kontainer 9912345678901234567890"),
    ],
)
def test_masking(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_masking_is_of_the_export_only(corpus: Corpus, tmp_path: Path) -> None:
    with corpus.db.begin() as conn:
        saved = corpus.save(conn, article(text="Surel: a@contoh.id"))
    export(corpus, tmp_path / "masked.jsonl", masked=True)
    assert lines(tmp_path / "masked.jsonl")[0]["text"] == "Surel: [e-mail]"
    assert corpus.get(saved.id).text == "Surel: a@contoh.id"


def test_a_foreign_readme_is_left_alone(stocked: Corpus, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# My project", encoding="utf-8")
    export(stocked, tmp_path / "corpus.jsonl")
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "# My project"
    assert (tmp_path / "corpus.jsonl.README.md").read_text(encoding="utf-8").startswith("---\nlanguage:\n- id\n")


def test_an_unknown_suffix_or_folder_is_an_error(stocked: Corpus, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="suffix must be"):
        export(stocked, tmp_path / "corpus.csv")
    with pytest.raises(StorageError, match="does not exist"):
        export(stocked, tmp_path / "no" / "corpus.jsonl")
    assert list(tmp_path.glob("*.csv*")) == []


FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))  # EFBIG in place of ENOSPC
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from storage.corpus import Corpus
from storage.database import Database
from storage.errors import StorageError
from storage.export import export
try:
    export(Corpus(Database.open(sys.argv[1], create=False)), sys.argv[2])
except StorageError as error:
    print(error)
"""


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "parquet"])
def test_a_full_disk_leaves_the_earlier_export(corpus: Corpus, corpus_url: str, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "out" / f"corpus.{suffix}"
    path.parent.mkdir()
    with corpus.db.begin() as conn:
        corpus.save(conn, article(0))
    export(corpus, path)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    with corpus.db.begin() as conn:  # noise, so that compression does not make it small
        for number in range(1, 40):
            noise = "".join(hashlib.sha256(f"{number} {n}".encode()).hexdigest() for n in range(300))
            corpus.save(conn, article(number, text=noise))
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, corpus_url, str(path)], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith(f"cannot write {path}: File too large; nothing was left behind")
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before


def test_what_a_killed_export_left_goes_with_the_next(stocked: Corpus, tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    leftover = tmp_path / f".corpus.jsonl.{int(ended.stdout)}.part"
    leftover.write_text("half a li", encoding="utf-8")
    export(stocked, tmp_path / "corpus.jsonl")
    assert not leftover.exists()
