import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from storage.corpus import Corpus
from storage.database import Database, Filter
from storage.database.engine import shown
from storage.database.migrating import head, migrate, revisions
from storage.errors import ConfigurationError, SchemaError, StorageError
from storage.export import export
from storage.search import search
from storage.withdrawal import withdraw
from tests.storage.conftest import SERVER, article
from tests.storage.copies.test_copies import STORY
from tests.storage.copies.test_facts import REPORTS
from tests.storage.corpus.test_matching import OTHERS
from tests.storage.older import make_older

ROOT = Path(__file__).parents[3]


def python(code: str, *args: str, **options) -> subprocess.Popen:
    command = [sys.executable, "-c", code, *args]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)


@pytest.mark.parametrize("url", ["", "corpus.db", "mysql://host/x", "postgresql"])
def test_what_is_no_url_of_ours_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError, match="CORPUS_URL"):
        Database.open(url)


def test_passwords_are_never_shown() -> None:
    url = "postgresql://peneliti:rahasia@localhost:1/korpus?password=rahasia2"
    assert shown(url) == "postgresql://peneliti:***@localhost:1/korpus?password=***"
    with pytest.raises(StorageError) as caught:
        Database.open(url)
    assert "rahasia" not in str(caught.value)
    assert "cannot be reached" in str(caught.value)


def test_files_that_cannot_be_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("Ini bukan basis data. " * 100, encoding="utf-8")
    with pytest.raises(StorageError, match="not an SQLite database"):
        Database.open(f"sqlite:///{tmp_path}/text.db")
    with pytest.raises(StorageError, match="does not exist"):
        Database.open(f"sqlite:///{tmp_path}/no/corpus.db")
    with pytest.raises(StorageError, match="is a folder"):
        Database.open(f"sqlite:///{tmp_path}")
    with pytest.raises(StorageError, match="there is no corpus at"):
        Database.open(f"sqlite:///{tmp_path}/new.db", create=False)
    assert not (tmp_path / "new.db").exists()


def test_a_damaged_file_is_told_not_traced(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    corpus = Corpus(Database.open(f"sqlite:///{path}"))
    with corpus.db.begin() as conn:
        for number in range(200):
            corpus.save(conn, article(number))
    corpus.db.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)

    def use() -> None:
        list(Corpus(Database.open(f"sqlite:///{path}")).articles())

    with pytest.raises(StorageError, match="damaged"):
        use()


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()
    with pytest.raises(SchemaError, match="another program"):
        Database.open(f"sqlite:///{tmp_path}/other.db")


def test_a_newer_schema_is_refused_untouched(db: Database, corpus_url: str) -> None:
    with db.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    with pytest.raises(SchemaError, match="9999_future"):
        Database.open(corpus_url)
    with db.begin() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999_future"


OLD_ARTICLE = """
    INSERT INTO articles (id, url, title, authors, tags, cited_sources, relevance_terms, rights, sort_key, revision,
                          content_hash, word_count, stored_at, seen_at, text_key)
    VALUES ('0123456789abcdef', 'https://contoh.id/lama', 'Judul lama', '[]', '[]', '[]', '[]', '{}', '~', 1,
            'sha256:0', 3, '2020-01-01T00:00:00+00:00', '2020-01-01T00:00:00+00:00', 1)
"""
OLD_TEXT = """
    INSERT INTO revisions (article_key, number, title, text, content_hash, stored_at)
    VALUES (1, 1, 'Judul lama', 'Meriam berbunyi lagi.', 'sha256:0', '2020-01-01T00:00:00+00:00')
"""


@pytest.mark.parametrize("start", revisions())
def test_upgrading_from_every_schema_keeps_the_data(new_url: Callable[[], str], start: str) -> None:
    url = new_url()
    older = Database(Database.connect(url), url)
    migrate(older.engine, url, target=start)
    with older.begin() as conn:
        conn.execute(text(OLD_ARTICLE))
        conn.execute(text(OLD_TEXT))
    older.close()
    corpus = Corpus(Database.open(url))
    with corpus.db.read() as conn:
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == head()
    assert [(found.title, found.text) for found in corpus.articles()] == [("Judul lama", "Meriam berbunyi lagi.")]
    if start < "0003":
        assert [hit.id for hit in search(corpus, "meriam")] == ["0123456789abcdef"]
    corpus.db.close()


@pytest.mark.parametrize("start", [name for name in revisions() if name < "0011"])
def test_claims_are_judged_and_kept_apart(new_url: Callable[[], str], start: str) -> None:
    """Of a section's address on two pages nothing is shown; a withdrawal of one still leaves the other."""
    source, section = Corpus(Database.open(new_url())), "https://contoh.id/dunia"
    pages = [
        article(n, url=f"https://contoh.id/berita/{n}", text=OTHERS[n], title=f"Judul {n}", canonical_url=section)
        for n in range(2)
    ]
    alone = replace(pages[0], url="https://contoh.id/?p=9", text=STORY, canonical_url="https://contoh.id/2020/slug")
    with source.db.begin() as conn:
        for each in [*pages, alone]:
            source.save(conn, each)
        conn.execute(text("UPDATE articles SET canonical_url = :url WHERE url LIKE '%berita%'"), {"url": section})
    url = new_url()
    make_older(source.db, url, start)
    source.db.close()
    corpus = Corpus(Database.open(url))
    assert {found.url: found.canonical_url for found in corpus.articles()} == {
        pages[0].url: None, pages[1].url: None, alone.url: alone.canonical_url,
    }  # fmt: skip
    withdraw(corpus, pages[0].url, "permintaan")
    with corpus.db.begin() as conn:
        assert corpus.save(conn, pages[1]).outcome == "unchanged"
    corpus.db.close()


@pytest.mark.parametrize("start", [name for name in revisions() if name < "0008"])
def test_links_of_templates_go_and_chains_are_filled(new_url: Callable[[], str], start: str) -> None:
    source = Corpus(Database.open(new_url()))
    flash = STORY.split("\n\n")[0] + " " + STORY.split("\n\n")[1]
    texts = [flash, STORY, STORY, REPORTS[0], REPORTS[1]]
    with source.db.begin() as conn:
        ids = [
            source.save(conn, article(n, text=text_, published_at=datetime(2025, 5, 3, n, tzinfo=UTC))).id
            for n, text_ in enumerate(texts)
        ]
        conn.execute(text("UPDATE copies SET kind = 'near' WHERE kind = 'expanded'"))
        key = conn.execute(text("SELECT key FROM articles WHERE id = :id"), {"id": ids[4]}).scalar_one()
        conn.execute(
            text("INSERT INTO copies (article_key, copy_of, kind, evidence) VALUES (:key, :of, 'near', '{}')"),
            {"key": key, "of": ids[3]},
        )
    url = new_url()
    make_older(source.db, url, start)
    source.db.close()
    corpus = Corpus(Database.open(url))
    found = {id_: corpus.get(id_) for id_ in ids}
    assert [(found[id_].copy_of, found[id_].copy_kind) for id_ in ids] == [
        (None, None), (ids[0], "expanded"), (ids[1], "exact"), (None, None), (None, None)
    ]  # fmt: skip
    assert found[ids[1]].countries[0] == "AZ"
    assert [kept.id for kept in corpus.articles(Filter(copies="none"))] == [ids[1], ids[3], ids[4]]
    corpus.db.close()


OPEN = "import sys; from storage.db import Database; Database.open(sys.argv[1]); print('open')"


def test_many_processes_may_start_at_once_on_a_new_database(new_url: Callable[[], str]) -> None:
    url = new_url()
    starts = [python(OPEN, url) for _ in range(6)]
    assert [process.communicate()[0] for process in starts] == ["open\n"] * 6


STORE = """
import sys
from storage.corpus import Corpus
from storage.db import Database
from tests.storage.conftest import SERVER, article
from tests.storage.copies.test_copies import STORY
from tests.storage.copies.test_facts import REPORTS
from tests.storage.corpus.test_matching import OTHERS
from tests.storage.older import make_older
corpus = Corpus(Database.open(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    with corpus.db.begin() as conn:
        saved = corpus.save(conn, article(number))
    print(saved.id, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 3, 8])
def test_a_killed_writer_leaves_whole_articles_only(corpus: Corpus, corpus_url: str, lines: int) -> None:
    process = python(STORE, corpus_url, "0", "100000")
    told = [process.stdout.readline().strip() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    told += [line.strip() for line in process.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    process.communicate()
    found = {item.id: item for item in corpus.articles(evidence=True)}
    assert set(told) <= set(found)
    assert all(item.text and item.revision == 1 for item in found.values())
    assert corpus.counts()["revisions"] == len(found)
    again = python(STORE, corpus_url, "0", str(len(found) + 2))
    again.communicate()
    assert corpus.counts()["articles"] == len(found) + 2
    if corpus.db.dialect == "sqlite":
        with corpus.db.read() as conn:
            assert conn.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


EXPORT = """
import sys
from storage.corpus import Corpus
from storage.db import Database
from storage.export import export
def told(done):
    print(done, flush=True)
    sys.stdin.readline()  # goes on only when it is told to
export(Corpus(Database.open(sys.argv[1])), sys.argv[2], on_progress=told)
"""


def test_a_killed_export_leaves_the_earlier_file(corpus: Corpus, corpus_url: str, tmp_path: Path) -> None:
    with corpus.db.begin() as conn:
        corpus.save(conn, article(1))
    path = tmp_path / "corpus.jsonl"
    export(corpus, path)
    before = path.read_bytes()
    with corpus.db.begin() as conn:
        corpus.save(conn, article(2))
    process = python(EXPORT, corpus_url, str(path), stdin=subprocess.PIPE)
    assert process.stdout.readline() == "2\n"
    process.kill()
    process.communicate()
    assert path.read_bytes() == before
    assert len(list(tmp_path.glob(".corpus.jsonl.*.part"))) == 1
    assert export(corpus, path).records == 2
    assert list(tmp_path.glob(".corpus.jsonl.*.part")) == []


READ = """
import sys
from storage.corpus import Corpus
from storage.db import Database
corpus = Corpus(Database.open(sys.argv[1], create=False))
most = 0
while most < int(sys.argv[2]):
    found = list(corpus.articles())
    assert len(found) >= most and all(item.text for item in found)
    most = len(found)
print("read")
"""


def test_two_writers_and_readers_never_meet_a_lock(corpus: Corpus, corpus_url: str) -> None:
    writers = [python(STORE, corpus_url, "0", "25"), python(STORE, corpus_url, "1000", "1025")]
    readers = [python(READ, corpus_url, "50") for _ in range(3)]
    assert [len(process.communicate()[0].split()) for process in writers] == [25, 25]
    assert [process.communicate()[0] for process in readers] == ["read\n"] * 3
    assert corpus.counts()["articles"] == 50


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
@pytest.mark.server
def test_a_postgresql_that_is_not_utf8_is_refused(server_trouble: str | None, encoding: str) -> None:
    if server_trouble:
        pytest.skip(server_trouble)
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
        try:
            with pytest.raises(ConfigurationError, match=f"its encoding is {encoding}, the corpus needs UTF8"):
                Database.open(SERVER.rpartition("/")[0] + f"/{name}")
        finally:
            server.execute(f"DROP DATABASE {name}")
