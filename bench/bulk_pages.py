"""A bulk archive of invented news pages, in the sizes and the mixture of languages of Common Crawl's news archive.

Foreign texts are made of syllables and of the commonest words of their languages, Indonesian ones of our articles
on wars and everything else (``data/wars``). Markup, scripts and styles weigh what they weigh on the web: a median of
80 kB a page, a tenth of it text.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

WARS = Path(__file__).with_name("data") / "wars"
INDONESIAN = 0.05  # of the pages
CONFLICT, ALIKE = 0.1, 0.1  # of the Indonesian ones: on armed conflict, and what only sounds like it
MEDIAN, SPREAD, LARGEST = 80_000, 0.6, 2_000_000  # characters of a page: a log-normal distribution
HOSTS = 60  # to each language
# Shares of languages: the order of commoncrawl.github.io/cc-crawl-statistics, rounded, and the commonest words of each.
LANGUAGES = {
    "en": (0.42, "the of and to in a is that for it as was with be by on not he his but at are this have had from"),
    "es": (0.13, "de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ya o"),
    "ru": (0.11, "и в не на я быть он с что а по это она этот к но они мы весь который из у то за от так для ты"),
    "de": (0.07, "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an"),
    "pt": (0.06, "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao ele das à"),
    "ar": (0.05, "في من على أن إلى التي عن لا ما هذا كان مع هذه الذي بعد قد كل بين كما ذلك لم أو حيث يوم"),
    "fr": (0.05, "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il"),
    "hi": (0.03, "के का में की है को से और पर ने यह कि भी इस एक हैं नहीं तो कर था लिए या हो गया"),
    "tr": (0.03, "bir ve bu da de için ile çok olarak daha olan gibi en kadar ne sonra var her ki ya ise o"),
    "nl": (0.03, "de van een het in en is dat op te zijn met voor niet aan er om ook als dan maar bij uit"),
    "zh": (0.02, "的 一 是 在 不 了 有 和 人 这 中 大 为 上 个 国 我 以 要 他 时 来 用 们"),
}
_LETTERS = {
    "ru": "абвгдежзиклмнопрстуфхцчшы", "ar": "ابتثجحخدذرزسشصضطعغفقكلمنهوي", "hi": "कखगचजटडतदनपबमयरलवशसह",
    "zh": "学生经济社会发展政府企业市场国际新闻记者报道公司工作问题情况",
}  # fmt: skip


def records(number: int, seed: int = 1) -> Iterator[tuple[str, bytes]]:
    """So many pages with their addresses, the same for the same seed."""
    rng = random.Random(seed)
    codes = list(LANGUAGES)
    weights = [LANGUAGES[code][0] for code in codes]
    for serial in range(number):
        if rng.random() < INDONESIAN:
            code, (title, paragraphs) = "id", indonesian(rng)
        else:
            code = rng.choices(codes, weights)[0]
            title, paragraphs = _foreign(code, rng)
        site = f"{code}{rng.randrange(HOSTS)}"
        slug = f"kabar-{serial}-dari-hari-ini" if code == "id" else f"story-{serial}-of-the-day"
        yield f"https://www.{site}.example/news/2020/10/{slug}", page(site, code, title, paragraphs, rng)


def warc(number: int, path: Path, seed: int = 1) -> int:
    """Write them as a WARC file, gzip member per record; the bytes of the pages."""
    size = 0
    with path.open("wb") as file:
        for url, page in records(number, seed):
            made = io.BytesIO()
            writer = WARCWriter(made, gzip=True)
            fields = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
            head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
            told = {"WARC-Date": "2020-10-12T08:30:00Z"}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", io.BytesIO(page), len(page), warc_headers_dict=told, http_headers=head
                )
            )
            file.write(made.getvalue())
            size += len(page)
    return size


@cache
def _articles(name: str) -> list[tuple[str, list[str]]]:
    rows = map(json.loads, (WARS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["title"], row["text"].splitlines()) for row in rows if row["text"]]


def indonesian(rng: random.Random) -> tuple[str, list[str]]:
    """Headline and paragraphs, put together of several of our articles of one kind."""
    which = rng.random()
    name = "conflict_real" if which < CONFLICT else "hard_negative" if which < CONFLICT + ALIKE else "not_conflict"
    parts = rng.sample(_articles(name), 4)
    return parts[0][0], [paragraph for _, paragraphs in parts for paragraph in paragraphs]


@cache
def _words(code: str) -> tuple[list[str], list[str]]:
    """The commonest words of a language, and 4,000 that look like others of it."""
    rng = random.Random(code)
    letters = _LETTERS.get(code)
    syllables = ["ba", "ter", "min", "es", "tal", "ro", "con", "le", "ver", "sa", "den", "ti", "gra", "po", "un", "ce"]

    def word() -> str:
        if letters:
            return "".join(rng.choices(letters, k=rng.randrange(2, 9)))
        return "".join(rng.choices(syllables, k=rng.randrange(1, 5)))

    return LANGUAGES[code][1].split(), [word() for _ in range(4000)]


def _foreign(code: str, rng: random.Random) -> tuple[str, list[str]]:
    common, others = _words(code)

    def sentence(length: int) -> str:
        words = [rng.choice(common) if rng.random() < 0.45 else rng.choice(others) for _ in range(length)]
        return " ".join(words).capitalize() + "."

    paragraphs = [" ".join(sentence(rng.randrange(8, 30)) for _ in range(3)) for _ in range(rng.randrange(5, 25))]
    return sentence(9), paragraphs


@cache
def _site(site: str) -> tuple[str, str]:
    """What all pages of a site have in common: scripts and styles, and its menu."""
    rng = random.Random(site)
    names = ["var", "function", "return", "window", "this", "data", "config", "push", "null", "ads", "slot", "gtag"]
    scripts = "".join(
        f"{rng.choice(names)} {rng.choice(names)}_{rng.randrange(999)}=({rng.choice(names)},{rng.randrange(99999)});"
        for _ in range(1200)
    )
    styles = "".join(
        f".c{rng.randrange(9999)}-{rng.choice(names)}{{margin:{rng.randrange(40)}px;color:#{rng.randrange(4096):03x}}}"
        for _ in range(250)
    )
    menu = "".join(
        f'<li class="m"><a href="/{rng.choice(names)}/{n}">{rng.choice(names)} {n}</a></li>' for n in range(80)
    )
    return f"<script>{scripts}</script><style>{styles}</style>", f"<nav><ul>{menu}</ul></nav>"


def page(site: str, code: str, title: str, paragraphs: list[str], rng: random.Random) -> bytes:
    """An article as a site serves it, in the size that pages have."""
    before, menu = _site(site)
    wanted = min(LARGEST, rng.lognormvariate(0, SPREAD) * MEDIAN)
    text = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
    head = (
        f'<!DOCTYPE html><html lang="{code}"><head><meta charset="utf-8"><title>{title} - {site}</title>{before}</head>'
    )
    body = f"<body>{menu}<main><article><h1>{title}</h1>{text}</article></main>"
    boxes: list[str] = []
    size = len(head) + len(body)
    while size < wanted:
        number = rng.randrange(10**9)
        box = (
            f'<div class="card card-{number % 97}" data-id="{number}"><a href="/news/{number}/{number % 8191}-more">'
            f'<img src="https://cdn.{site}.example/img/{number}_300x200.jpg" alt="{number}"></a></div>\n'
        )
        boxes.append(box)
        size += len(box)
    return f"{head}{body}<aside>{''.join(boxes)}</aside></body></html>".encode()
