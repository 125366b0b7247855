"""Lines that tell when, by whom and where an article was published, told by what they consist of, not by a wording.

Sites write such lines in hundreds of ways ("Fajar Nugraha - Okezone", "20 Februari 2024 10:14 WIB · waktu baca 2
menit", "Oleh Ratna Dewi | 17 Feb 2019", "Submitted by suhartini on Kam, 18/02/2016 - 10:33"); they have in common that
nothing is left of them when the day, the site's own name and a person's name are taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.extraction.dates.words import MONTH, WEEKDAY, ZONE

_MAX = 110  # characters of the longest such line
_MAX_NAME = 4  # words of a person's name
_DIGITS = re.compile(r"\d{4}|\d[/.-]\d")
_DAY = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?[\s./-]*{MONTH}\b\.?[\s,./-]*(?:(?:19|20)?\d\d)\b"
    rf"|\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d\b"
    r"|\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|\b(?:19|20)\d\d-\d{1,2}-\d{1,2}\b",
    re.IGNORECASE,
)
# Words that stand beside a date and tell nothing of the story.
_BESIDE = re.compile(
    rf"\b(?:{WEEKDAY}|{ZONE}|{MONTH}|am|pm|h|m|jam|pukul|pkl|at|pada|on|oleh|by|posted|submitted|published|diterbitkan|terbit"
    r"|tayang|dipublikasikan|diposting|ditulis|dimuat|diperbarui|diupdate|updated?|last|waktu|lama|baca|membaca|menit"
    r"|min(?:utes?)?|read|dibaca|kali|x|views?|hits|dilihat|komentar|comments?|no|leave|tanggal|date|dikirim|pembaca|edisi|hal|redaksi"
    r"|reporter|penulis|editor|pewarta|laporan|author|in|the)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’.-]{0,60}")
_SET_OFF = re.compile(
    r"[|·•/–—@]|\s-\s|^\W{0,20}(?:oleh|dikirim|by|posted|submitted|ditulis|reporter|penulis|editor|pewarta)\b",
    re.IGNORECASE,
)
_BESIDE_SITE = re.compile(r"^(?P<one>[^|·•–—-]{2,50}?)\s{0,8}(?:\s[-–—]\s|[|·•])\s{0,8}(?P<other>[^|·•–—-]{3,40})$")
_DOMAIN = frozenset(("www", "com", "co", "id", "net", "org", "news", "online"))
_WORDS = re.compile(r"\w+")


def is_date_line(text: str) -> bool:
    """Whether a line is a day with, at most, a clock, a name and counters beside it."""
    if len(text) > _MAX or not _DIGITS.search(text) or not _DAY.search(text):
        return False
    left = _WORD.findall(_BESIDE.sub(" ", _DAY.sub(" ", text)))
    if not left:
        return True
    return len(left) <= _MAX_NAME and _SET_OFF.search(text) is not None and _is_name(left, lower=True)


def is_signed(text: str, own: frozenset[str]) -> bool:
    """Whether a line is a person's or a section's name beside the site's own ("Fajar Nugraha - Okezone")."""
    if len(text) > 80 or not own:
        return False
    match = _BESIDE_SITE.match(text)
    if match is None:
        return False
    one, other = match.group("one"), match.group("other")
    if is_own(other, own):
        words = _WORD.findall(one)
        return 2 <= len(words) <= _MAX_NAME and not one.isupper() and _is_name(words)
    return is_own(one, own) and len(other.split()) <= 3


def is_own(text: str, own: frozenset[str]) -> bool:
    """Whether a few words are the site's name, also with a section beside it ("detikNews" on detik.com)."""
    words = _WORDS.findall(text.casefold())
    if not words or len(words) > 4:
        return False
    joined = "".join(words)
    core = "".join(word for word in words if word not in _DOMAIN)
    if joined in own or core in own:
        return True
    return any(
        (len(name) >= 4 and joined.startswith(name)) or (len(joined) >= 4 and name.startswith(joined)) for name in own
    )


def own_names(names: Iterable[str]) -> frozenset[str]:
    """The names a site goes by, as ``is_own`` compares them: one word each, without its domain."""
    found = set()
    for name in names:
        words = _WORDS.findall(name.casefold())
        found.add("".join(words))
        found.add("".join(word for word in words if word not in _DOMAIN))
    return frozenset(name for name in found if len(name) >= 3)


def _is_name(words: list[str], *, lower: bool = False) -> bool:
    """Whether words can be a person's name; a single word may be a login in lower case."""
    return all(word[:1].isupper() for word in words) or (lower and len(words) == 1)


_PERSON = re.compile(r"^(?:[A-Z][\w.'’-]{0,20}\s?){2,5}$")
_ROLE = re.compile(
    r"^(?:pengamat|dosen|peneliti|penulis|direktur|guru besar|profesor|mahasiswa|alumn[ui]s?|anggota|ketua"
    r"|wakil ketua|analis"
    r"|pakar|ahli|kolumnis|wartawan|jurnalis|aktivis|mantan|koordinator|sekretaris|pendiri|staf|pengajar|kandidat|doktor"
    r"|sejarawan|sosiolog|antropolog|budayawan|rohaniwan|praktisi|pemerhati|duta besar|diplomat)\b",
    re.IGNORECASE,
)


def is_person(text: str) -> bool:
    """Whether a line is a person's name and nothing else: two to five capitalised words, not all in capitals."""
    return len(text) <= 50 and not text.isupper() and _PERSON.match(text) is not None


def is_role(text: str) -> bool:
    """Whether a line says what the author of an opinion piece is ("Pengamat Timur Tengah dan Dosen …")."""
    return len(text) <= 140 and text[-1:] not in ".!?:" and _ROLE.match(text) is not None
