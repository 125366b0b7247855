"""One crawl of sites whose pages are torn on the way, or only look like it. Each page comes whole the second time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import brotli
import pytest
import zstandard

from crawler.demo import Answer, Asked, Newsroom
from crawler.demo.server import squeeze
from crawler.demo.traps import Trap
from tests.spiders.running import Crawled, Place

PACKERS = {"gzip": squeeze, "br": brotli.compress, "zstd": zstandard.compress, "deflate": zlib.compress}


class Torn(Trap):
    """``tear`` gives what comes of the story's page the first ``times`` times."""

    times = 1

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.asked_for = 0

    @property
    def story_path(self) -> str:
        return self.path(self.stories[0])

    def answer(self, asked: Asked) -> Answer:
        answer = super().answer(asked)
        if asked.path == self.story_path:
            self.asked_for += 1
            answer.fresh = True
            if self.asked_for <= self.times:
                assert isinstance(answer.body, bytes)
                return self.tear(answer, answer.body)
        return answer

    def tear(self, answer: Answer, body: bytes) -> Answer:
        raise NotImplementedError


class TornStream(Torn):
    name_of_encoding = ""

    def tear(self, answer: Answer, body: bytes) -> Answer:
        packed = PACKERS[self.name_of_encoding](body)
        answer.encoding, answer.body = None, packed[: len(packed) * 2 // 3]
        answer.headers["Content-Encoding"] = self.name_of_encoding
        return answer


class TornGzip(TornStream):
    id, title, number, name_of_encoding = "torn-gzip", "Robek Gzip", 2, "gzip"


class TornBrotli(TornStream):
    id, title, number, name_of_encoding = "torn-br", "Robek Brotli", 3, "br"


class TornZstd(TornStream):
    id, title, number, name_of_encoding = "torn-zstd", "Robek Zstd", 4, "zstd"


class TornDeflate(TornStream):
    id, title, number, name_of_encoding = "torn-deflate", "Robek Deflate", 5, "deflate"


class Part(Torn):
    """A part that nobody asked for."""

    id, title, number = "part", "Sepotong", 6

    def tear(self, answer: Answer, body: bytes) -> Answer:
        half = body[: len(body) // 2] + b"</body></html>"
        return Answer(206, half, headers={"Content-Range": f"bytes 0-{len(half) - 1}/{len(body)}"})


class Cut(Torn):
    """A page without a length, whose connection ends in the middle."""

    id, title, number = "cut", "Putus", 7

    def tear(self, answer: Answer, body: bytes) -> Answer:
        answer.body, answer.bare, answer.encoding = body[: body.rindex(b"</p>")], True, None
        return answer


class Short(Cut):
    """Fewer bytes than its server said."""

    id, title, number = "short", "Kurang", 8

    def tear(self, answer: Answer, body: bytes) -> Answer:
        return Answer(body=[body[: len(body) // 2]], length=len(body), headers={"Connection": "close"})


class Sloppy(Cut):
    """A page that never has an end tag, and no length: it is always the same."""

    id, title, number, times = "sloppy", "Ceroboh", 9, 99

    def tear(self, answer: Answer, body: bytes) -> Answer:
        answer.body, answer.bare, answer.encoding = body.replace(b"</html>", b""), True, None
        return answer


class Fickle(Cut):
    """A page that is cut at another place each time."""

    id, title, number, times = "fickle", "Plin-plan", 10, 99

    def tear(self, answer: Answer, body: bytes) -> Answer:
        start = body.index(b"<p>Juru bicara militer")
        answer.body, answer.bare, answer.encoding = body[: start + 60 + 17 * self.asked_for], True, None
        return answer


class Boastful(Torn):
    """Says a hundred bytes more than it has; the page is whole."""

    id, title, number, times = "boastful", "Sombong", 11, 99

    def tear(self, answer: Answer, body: bytes) -> Answer:
        return Answer(body=[body], length=len(body) + 100, headers={"Connection": "close"})


class SaysPacked(Torn):
    """Says brotli, and is plain."""

    id, title, number, times = "says-packed", "Katanya Brotli", 1, 99

    def tear(self, answer: Answer, body: bytes) -> Answer:
        answer.encoding = None
        answer.headers["Content-Encoding"] = "br"
        return answer


KINDS = (
    TornGzip, TornBrotli, TornZstd, TornDeflate, Part, Cut, Short, Sloppy, Fickle, Boastful, SaysPacked,
)  # fmt: skip
ASKED = {"sloppy": 2, "fickle": 4, "boastful": 1, "says-packed": 1}  # the others twice: torn, then whole


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Newsroom, Place, Crawled]]:
    place = Place.below(tmp_path_factory.mktemp("torn"))
    room = Newsroom(sites=[kind(f"127.0.0.{61 + number}") for number, kind in enumerate(KINDS)])
    with room:
        yield room, place, place.crawl(room.toml, "RETRY_BASE=0.2")


def test_the_crawl_did_its_job(crawled: tuple[Newsroom, Place, Crawled]) -> None:
    assert crawled[2].code == 0, crawled[2].err
    assert "Traceback" not in crawled[2].err


@pytest.mark.parametrize("outlet", [kind.id for kind in KINDS if kind is not Fickle])
def test_every_story_is_stored_whole(crawled: tuple[Newsroom, Place, Crawled], outlet: str) -> None:
    room, place, _ = crawled
    site = room.site(outlet)
    [story] = site.stories
    stored = place.articles()[story.url]
    assert stored.text == story.text
    assert stored.rights is not None
    assert len(room.requests(outlet, site.path(story))) == ASKED.get(outlet, 2)


def test_what_is_never_twice_the_same_is_not_stored_and_stays_due(crawled: tuple[Newsroom, Place, Crawled]) -> None:
    room, place, said = crawled
    [story] = room.site("fickle").stories
    assert story.url not in place.articles()
    row = place.frontier()[story.url]
    assert (row.state, row.reason) == ("delayed", "torn page: ends before its document does")
    assert (row.etag, row.last_modified) == (None, None)
    assert "fickle: torn page: ends before its document does" in said.out


@pytest.mark.parametrize("outlet", ["torn-gzip", "torn-br", "torn-zstd", "torn-deflate", "part", "short"])
def test_the_summary_names_what_was_torn(crawled: tuple[Newsroom, Place, Crawled], outlet: str) -> None:
    assert f"trouble at {outlet}: article: torn page: 1" in crawled[2].out
