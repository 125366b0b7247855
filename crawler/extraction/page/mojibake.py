"""Text that was damaged on its way: UTF-8 read as windows-1252, invisible characters, exotic spaces.

ftfy 6.3 leaves words such as "ErdoÄŸan" alone inside otherwise good lines, so the repair here works on each damaged
sequence by itself. Rule: a sequence is repaired only where the damaged reading is impossible in good text.
"""

from __future__ import annotations

import re
import unicodedata

# What each byte 0x80-0xFF looks like when read as windows-1252 (undefined bytes stay C1 control characters).
_SEEN = {bytes([b]).decode("cp1252", "replace").replace("\ufffd", chr(b)): b for b in range(0x80, 0x100)}
_SEEN |= {chr(b): b for b in range(0x80, 0xA0)}  # the same bytes read as ISO 8859-1
_TAIL = "".join(re.escape(c) for c, b in _SEEN.items() if b < 0xC0)
_LEAD2 = "".join(re.escape(c) for c, b in _SEEN.items() if 0xC2 <= b <= 0xDF)
_LEAD3 = "".join(re.escape(c) for c, b in _SEEN.items() if 0xE0 <= b <= 0xEF)
_LEAD4 = "".join(re.escape(c) for c, b in _SEEN.items() if 0xF0 <= b <= 0xF4)
_UNIT = f"(?:[{_LEAD2}][{_TAIL}]|[{_LEAD3}][{_TAIL}]{{2}}|[{_LEAD4}][{_TAIL}]{{3}})"
_RUN = re.compile(f"{_UNIT}+")
_UNITS = re.compile(_UNIT)
_LOST_QUOTE = re.compile("â€(?=[\\s.,;:!?)<]|$)")  # "â€\x9d" (closing quote) whose undefined last byte was dropped
_LOST_SPACE = re.compile(r"(?<![A-ZÀ-Þa-zß-ÿ])Â(?=[ \n])")  # "Â\xa0" whose no-break space became a plain one

# Letters that Indonesian news meets in names (Turkish, Azeri, western and central European) and the signs editors type.
_LETTERS = set("àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞ"
               "ğĞşŞıİəƏčČćĆđĐšŠžŽłŁńŃśŚźŹżŻęĘąĄěĚřŘőŐűŰăĂțȚșȘœŒŸ")  # fmt: skip
_SIGNS = set("\xa0\xad¡¢£¥§©ª«®°±²³µ·º»¼½¾¿×÷–—‘’‚“”„†‡•…‰′″‹›€™−→\u200b\u200c\u200d\u200e\u200f\ufeff\u2060\u202f")
# Continuation characters that good text can have after a capital letter: closing quotes, dashes, dots.
_PUNCTUATION = set("‘’“”–—•…‚„†‡‰‹›™€\xa0»«·")
_NEVER_BEFORE_LETTERS = set("™‡‰†")


def mojibake(text: str) -> str:
    """Undo UTF-8 that was read as windows-1252, sequence by sequence; text that was right comes back unchanged."""
    for _ in range(2):  # some copies were damaged twice
        repaired = (
            _LOST_SPACE.sub("", _LOST_QUOTE.sub("”", _RUN.sub(_restore, text))) if _may_be_damaged(text) else text
        )
        if repaired == text:
            break
        text = repaired
    return text


def _may_be_damaged(text: str) -> bool:
    return not text.isascii() and _HINT.search(text) is not None


_HINT = re.compile(f"[{_LEAD2}{_LEAD3}{_LEAD4}](?:[{_TAIL}]|[ \\n])")


def _restore(match: re.Match[str]) -> str:
    run, text = match.group(), match.string
    units = _UNITS.findall(run)
    read = [_read(unit) for unit in units]
    if (
        len(units) >= 3
        and None not in read
        and len({_script(str(char)) for char in read}) == 1
        and _script(str(read[0]))
    ):
        return "".join(str(char) for char in read)  # a whole word of another script: Arabic, Cyrillic, Armenian …
    result, at = [], match.start()
    for unit, char in zip(units, read, strict=True):
        before = text[at - 1] if at else ""
        at += len(unit)
        result.append(char if char and _impossible(unit, char, before, text[at : at + 1]) else unit)
    return "".join(result)


def _read(unit: str) -> str | None:
    try:
        return bytes(_SEEN[c] for c in unit).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _script(char: str) -> str | None:
    name = unicodedata.name(char, "").split(" ")[0]
    return (
        name
        if name in ("ARABIC", "CYRILLIC", "ARMENIAN", "GREEK", "HEBREW", "GEORGIAN", "THAI", "CJK", "HANGUL")
        else None
    )


def _impossible(unit: str, char: str, before: str, after: str) -> bool:
    """Whether the damaged sequence cannot stand in good text, so that ``char`` is what was meant."""
    if len(unit) >= 3:
        return (unit.startswith("â") and char in _SIGNS) or unit.startswith(("ï»", "ðŸ"))
    if char not in _LETTERS and char not in _SIGNS:
        return False
    if unit[1] not in _PUNCTUATION:
        return True  # "Ã¶", "ÅŸ", "Ä±": a capital followed by a sign or by a letter no word has there
    if char in _SIGNS:
        return not before.isalpha()  # "Â°", "Â\xa0" after a word may be that word's last letter
    return before.islower() or after.islower() or (after.isalpha() and unit[1] in _NEVER_BEFORE_LETTERS)


_DROP = dict.fromkeys(
    [0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFFFC, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_DROP |= dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0x80, 0xA0), *range(0xD800, 0xE000)])
_SPACES: dict[int, str | None] = dict.fromkeys(
    [0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000], " "
)
_TABLE: dict[int, str | None] = {**_DROP, **_SPACES}
_ROUNDS = 4
_JOINERS = re.compile(r"(?<=[A-Za-zÀ-ɏ])[\u200c\u200d](?=[A-Za-zÀ-ɏ])")  # meaningful in Persian or emoji, not in Latin


def tidy(text: str) -> str:
    """One line of text made right: mojibake, invisible characters and exotic spaces gone, spaces folded, NFC."""
    if not text.isascii():
        for _ in range(_ROUNDS):  # what stood between two halves of a damaged letter may just have gone
            before, text = text, _JOINERS.sub("", mojibake(text).translate(_TABLE))
            if text == before:
                break
        text = unicodedata.normalize("NFC", text)
    else:
        text = text.translate(_TABLE)
    return " ".join(text.split())
