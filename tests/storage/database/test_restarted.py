"""The database server is restarted: what was committed is there, what was not is told in one line and done again."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

from storage.corpus import Corpus
from storage.database import Database
from storage.errors import StorageError
from tests.private_server import Server, private_server, why_not
from tests.storage.conftest import article

pytestmark = pytest.mark.skipif(why_not() is not None, reason=why_not() or "")


def save(corpus: Corpus, *numbers: int, restarted: Server | None = None) -> None:
    """Some articles in one transaction; the server may be restarted behind the first of them."""
    with corpus.db.begin() as conn:
        for number in numbers:
            corpus.save(conn, article(number))
            if restarted is not None:
                restarted.control("-m", "immediate", "restart")  # as after a power cut
                restarted = None


def test_a_restart_loses_what_was_not_committed_and_nothing_else() -> None:
    with private_server() as server:
        with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE corpus")
        with closing(Database.open(f"{server.url}/corpus")) as db:
            corpus = Corpus(db)
            save(corpus, 1)
            with pytest.raises(StorageError) as raised:
                save(corpus, 2, 3, restarted=server)
            assert "\n" not in str(raised.value)
            assert [one.url for one in corpus.articles()] == [article(1).url]
            save(corpus, 2, 3)
            assert {one.url for one in corpus.articles()} == {article(number).url for number in (1, 2, 3)}
