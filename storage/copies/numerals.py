"""Indonesian number words: "dua puluh tiga ribu" is 23,000. The one reader of them, for copies and for changes."""

from __future__ import annotations

from collections.abc import Sequence

_DIGITS = "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas"
UNITS = {word: value for value, word in enumerate(_DIGITS.split())}
SCALES = {"ribu": 1000, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12}
WHOLE = {"seratus": 100, "seribu": 1000, "sejuta": 10**6}
BEGIN = UNITS.keys() | WHOLE.keys()  # words that a number begins with
MAX_WORDS = 12  # of one number


def read(words: Sequence[str]) -> tuple[int, int]:
    """The number that case-folded words begin with, and of how many of them it is: (0, 0) if they begin with none."""
    total = part = last = place = 0
    for word in words[:MAX_WORDS]:
        if word in UNITS and not last:
            last = UNITS[word]
        elif word == "belas" and 0 < last < 10:
            last += 10
        elif word == "puluh" and 0 < last < 10:
            part, last = part + last * 10, 0
        elif word == "ratus" and 0 < last < 10:
            part, last = part + last * 100, 0
        elif word == "seratus" and not last and not part:
            part = 100
        elif word in WHOLE and word != "seratus" and not last and not part:
            total += WHOLE[word]
        elif word in SCALES and part + last:
            total, part, last = total + (part + last) * SCALES[word], 0, 0
        else:
            break
        place += 1
    return total + part + last, place
