"""The look at a page's bytes before it is parsed."""

import random

import pytest

from crawler.relevance import gate as module
from crawler.relevance.gate import FUNCTION_WORDS, gate
from tests.relevance import articles

URL = "https://example.com/berita/1"
HTML = "text/html; charset=utf-8"


def page(text: str, *, lang: str = "id", filler: int = 0) -> str:
    script = f"<script>{'var menu = 1;' * filler}</script>"
    return f'<!doctype html><html lang="{lang}"><head>{script}</head><body><div><p>{text}</p></div></body></html>'


@pytest.mark.parametrize("name", articles.CONFLICT)
def test_indonesian_conflict_news_goes_on(name):
    body = page(" ".join(articles.CONFLICT[name])).encode()
    assert gate(body, URL, HTML) is None
    assert gate(body, URL, HTML, conflict_words=True) is None


def test_the_declared_language_and_a_long_head_do_not_matter():
    body = page(articles.CONFLICT["papua"][1], lang="en", filler=20_000).encode()
    assert len(body) > 200_000
    assert gate(body, URL, None) is None


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_in_use(encoding):
    assert gate(page("“Perang” – " + articles.CONFLICT["gaza"][1]).encode(encoding), URL, "text/html") is None


def test_other_languages_are_not_parsed():
    assert gate(page(articles.ENGLISH[1] * 5).encode(), URL, HTML) == "no Indonesian text"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", HTML, "empty"),
        (b" \n\0", HTML, "empty"),
        (b"%PDF-1.7 yang dan yang dan", HTML, "not HTML: PDF"),
        (b"\x89PNG\r\n\x1a\n", None, "not HTML: image"),
        (b"PK\x03\x04rest", "application/octet-stream", "not HTML: archive"),
        (b"{}", "application/json", "not HTML: application/json"),
        (b"abc" + b"\0\1\2\3" * 500, HTML, "not HTML: binary"),
    ],
)
def test_what_is_no_page(body, content_type, reason):
    assert gate(body, URL, content_type) == reason


def test_the_url_speaks_where_the_header_is_silent():
    body = page(articles.CONFLICT["gaza"][1]).encode()
    assert gate(body, "https://example.com/laporan.pdf?x=1", None) == "not HTML: .pdf"
    assert gate(body, "https://example.com/laporan.pdf?x=1", HTML) is None


def test_pages_without_a_word_of_conflict_only_where_asked():
    body = page("Resep rendang yang lezat dan gurih untuk keluarga dengan santan dari kelapa tua." * 3).encode()
    assert gate(body, URL, HTML) is None
    assert gate(body, URL, HTML, conflict_words=True) == "no word of armed conflict"


@pytest.mark.parametrize(
    ("text", "indonesian"),
    [
        ("a yang dan di b", True),
        ("a Yang DAN di b", True),
        ("a yang yang yang yang b", False),
        ("a dibuat danau yangon b", False),
        ("yang dan di", False),
        (" yang dan <b>di ", False),
    ],
)
def test_function_words_stand_between_spaces(text: str, indonesian: bool) -> None:
    assert (gate(b"<p>" + text.encode() + b"</p>", URL, HTML) is None) == indonesian


def test_function_words_are_counted_the_same_wherever_a_piece_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(1)
    words = [*FUNCTION_WORDS, "dibuat", "danau", "kata", "<br>", "x"]
    texts = [" ".join(rng.choices(words, k=rng.randrange(2, 9))).encode() for _ in range(300)]
    whole = [module._is_indonesian(text) for text in texts]
    monkeypatch.setattr(module, "_PIECE", 7)
    assert [module._is_indonesian(text) for text in texts] == whole
    assert 50 < sum(whole) < 250
