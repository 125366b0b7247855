"""What was withdrawn does not come back: not by a crawl, not into the archive, not by judging anew."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from warcio.archiveiterator import ArchiveIterator

from crawler.demo import Newsroom
from crawler.demo.outlets import PenaPesisir
from storage.corpus import Corpus
from storage.database import Database
from storage.database.frontier_tables import urls
from storage.identity import article_key
from tests.commands.calling import call
from tests.spiders.running import Crawled, Place


def captured(place: Place) -> list[str]:
    """The addresses of all captures in the archive, read from front to back by another program."""
    found = []
    for path in sorted(place.archive.rglob("*.warc.gz")):
        with path.open("rb") as file:
            found += [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(file)]
    return [article_key(url) for url in found if url]


def make_all_due(place: Place) -> None:
    """As if nothing had been asked for yet, not even what is gone."""
    db = Database.open(place.url, create=False)
    with db.begin() as conn:
        again = {"state": "discovered", "due_at": None, "etag": None, "last_modified": None}
        conn.execute(sa.update(urls).where(urls.c.kind == "article").values(again))
    db.close()


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, str, list[str], Crawled, Crawled]:
    """Two crawls of one outlet, of which an article was withdrawn in between: place, its URL, all others, both."""
    folder = tmp_path_factory.mktemp("withdrawn")
    place, toml = Place.below(folder), folder / "outlets.toml"
    with Newsroom(sites=[PenaPesisir("127.0.0.98")], toml=toml) as room:
        first = place.crawl(toml)
        url, *others = (article.url for article in place.articles().values())
        assert article_key(url) in captured(place)
        said = call("withdraw", url, "--reason", "permintaan", place=place)
        assert (said.code, said.err) == (0, "")
        assert "raw captures erased: 1\n" in said.out
        make_all_due(place)
        second = place.crawl(toml)
        assert len(room.requests(path=urlsplit(url).path)) == 2
    return place, url, others, first, second


def test_a_crawl_refuses_it(ended: tuple[Place, str, list[str], Crawled, Crawled]) -> None:
    place, url, others, first, second = ended
    assert (first.code, second.code) == (0, 0)
    assert sorted(place.articles()) == sorted(others)
    assert ": withdrawn: 1" in second.out
    row = place.frontier()[url]
    assert (row.state, row.reason, row.hints, row.due_at) == ("gone", "withdrawn", "{}", None)


def test_its_page_is_not_archived_again(ended: tuple[Place, str, list[str], Crawled, Crawled]) -> None:
    place, url, others, _, _ = ended
    addresses = captured(place)
    assert article_key(url) not in addresses
    assert all(addresses.count(article_key(other)) == 2 for other in others)


def test_judging_anew_does_not_take_it_in(ended: tuple[Place, str, list[str], Crawled, Crawled]) -> None:
    place, url, others, _, _ = ended
    assert call("judge", "--rescore", place=place, RELEVANCE_THRESHOLD="0").code == 0
    assert url not in place.articles()
    assert set(others) <= place.articles().keys()
    db = Database.open(place.url, create=False)
    assert Corpus(db).get_rejected(url) is None
    db.close()
