"""What a weak phrase needs before it cuts: signs that a site speaks to its readers, none that somebody tells a story.

"Ikuti kami di Instagram" is an appeal; "Ikuti kami atau mati, tulis kelompok itu di Facebook." is a quotation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"""["“][^"“”]{1,600}["”]""")
_ENDS = re.compile(r"""[.!?…][\s"'”’»)\]*]{0,6}$""")
_ADDRESS = re.compile(
    r"https?://|\bwww\.|\b[\w-]{3,40}\.(?:com|id|net|org|tv|news|ly|me|co)\b|(?<!\w)@\w{2,}|\bbit\.ly", re.IGNORECASE
)
# A verb of saying behind a comma or a closing quotation mark: what stands before it was said by somebody.
_REPORTED = re.compile(
    r"""[,"”’!?]\s{0,8}(?:demikian |begitu )?(?:kata|ujar|tulis|ucap|tutur|imbuh|tukas|sebut|jelas|ungkap|papar"""
    r"""|tegas|tambah"""
    r"""|seru|teriak|lanjut|pinta|bunyi|menurut|terang|cetus|desak|pesan|ajak|perintah|kenang|keluh|klaim|cuit|said|says"""
    r"""|wrote|sambung|timpal|jawab|tanya|himbau|imbau|tandas|pungkas)(?:nya|lah)?\b""",
    re.IGNORECASE,
)
# Behind a comma a subject of its own and a verb: "…, dua pemuda ditangkap".
_NARRATED = re.compile(
    r",\s(?:[\w-]{1,40}\s){1,4}(?:di|me|mem|men|meng|meny|ber|ter)[a-z]{3,40}\b|\b(?:telah|sudah|pernah|akan|sedang)\s(?:di|me|ber|ter)[a-z]{3,}",
    re.IGNORECASE,
)
# The reader is spoken to, or the site speaks of itself and of what it publishes.
_SPEAKS = re.compile(
    r"\b(?:anda|kamu|kalian|sobat|kami|klik|di sini|disini|link|tautan|redaksi|ponsel(?:mu)?|google ?news|fanspage"
    r"|(?:artikel|berita|tulisan|konten|naskah|informasi|info|kabar|update) (?:ini|lainnya|terkini|terbaru"
    r"|terupdate|menarik"
    r"|selengkapnya|pilihan|terpercaya|seputar)|official|resmi|channel|kanal|saluran|newsletter|buletin|notifikasi"
    r"|e-?mail|surel|all rights reserved|©|copyright|rekening|donasi|saweria|trakteer|vou?cher|berlangganan|langganan"
    r"|premium|pelanggan|login|akun|play ?store|app ?store|your?|us|we)\b|\b[a-z]{4,}(?:mu)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^\W{0,3}([\w ]{2,30}?)\s?[:：|]\s?(.*)$")
_NOT_WORDS = re.compile(r"[^\W\d_]+")
_SMALL = frozenset(("dan", "bin", "binti", "van", "der", "den", "de", "al", "di", "dari", "and", "of", "the", "untuk"))


def reported(text: str) -> bool:
    """Whether a line is somebody's words with the one who said them."""
    return _REPORTED.search(text) is not None


def proven(text: str, link_share: float, own: frozenset[str], *, marked: bool = False) -> bool:
    """Whether a line that a weak phrase matches is furniture.

    ``own`` are the site's names, squashed; ``marked``: the phrase ends in a mark of its own ("Baca juga:").
    """
    if link_share >= 0.5:
        return True
    if reported(text):
        return False
    if marked or _ADDRESS.search(text):
        return True
    said = _QUOTED.sub(" ", text)
    if _SPEAKS.search(said) or _names(said, own):
        return True
    sentence = _ENDS.search(text[-12:]) is not None
    return not sentence and _NARRATED.search(said) is None


def is_byline(text: str, others: Sequence[str]) -> bool:
    """Whether what stands behind a label ("Wartawan: …") is a name, and not a question put in an interview.

    ``others`` are the other lines of the text: a label that begins several of them is a speaker.
    """
    found = _LABEL.match(text)
    if found is None:
        return True
    label, value = found.group(1).casefold(), found.group(2)
    if "?" in value:
        return False
    words = [word for word in _NOT_WORDS.findall(value) if word.casefold() not in _SMALL]
    if len(words) > 2 and sum(word[0].isupper() for word in words) < 0.6 * len(words):
        return False
    same = [other for other in others if other != text and other.casefold().startswith(label)]
    return not any((m := _LABEL.match(other)) and m.group(1).casefold() == label for other in same)


def _names(text: str, own: frozenset[str]) -> bool:
    squashed = "".join(_NOT_WORDS.findall(text.casefold()))
    return any(len(name) >= 5 and name in squashed for name in own)
