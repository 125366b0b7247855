"""Words of an Indonesian text and their stems, from one small frequency table.

The stemmer strips the affixes of Indonesian (me-, di-, ber-, ter-, pe-, ke-, se-; -kan, -an, -i, -nya …) in the order
of Nazief and Adriani (1996), but knows no dictionary of roots: of all readings of a word that are frequent words
themselves the shortest wins, and a word without such a reading stays as it is. "menyerang", "diserang" and
"penyerangan" all come out as "serang".
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
FREQUENCIES = DATA / "frequencies.tsv"

UNSEEN = 2.5  # Zipf value of a word the table does not hold (its rarest words stand at 3.0)
LONGEST_WORD = 30  # letters; longer ones are page dirt

_WORD = re.compile(r"[^\W_]+")
_PARTICLES = ("lah", "kah", "pun", "nya", "ku", "mu")
_SUFFIXES = ("kan", "an", "i")
# prefix → letters that it may have swallowed from the root ("" = none), longest first
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("memper", ("",)), ("diper", ("",)), ("menge", ("",)), ("penge", ("",)), ("meny", ("s",)), ("peny", ("s",)),
    ("meng", ("", "k")), ("peng", ("", "k")), ("mem", ("", "p")), ("pem", ("", "p")), ("men", ("", "t")),
    ("pen", ("", "t")), ("ber", ("",)), ("ter", ("",)), ("per", ("",)), ("me", ("",)), ("di", ("",)), ("pe", ("",)),
    ("be", ("",)), ("ke", ("",)), ("se", ("",)),
)  # fmt: skip
_VOWELS = frozenset("aiueo")
RARER = 2.0  # Zipf steps by which a root may be rarer than its inflected form
# roots of this field, rare in general Indonesian or open to a shorter misreading ("polisi" is not "polis" with -i)
_ROOT_WORDS = """
    bantai bentrok berontak blokade bombardir cedera culik damai eksekusi evakuasi gempur gencat genosida gerilya hujan
    invasi jajah kepung kerah lancar ledak menteri milisi mortir pasok pemerintah penggal polisi ranjau rebut
    sandera selatan serang serbu sergap tawan tembak tempur ungsi pangkalan angkatan perdana pejabat penyakit ekonomi
    merdeka mulai penting langkah pertama masalah sekarang kemarin penumpang penduduk"""
_ROOTS = frozenset(_ROOT_WORDS.split())


@cache
def zipf_table() -> dict[str, float]:
    """Word → Zipf frequency (log10 of uses in a billion words), 3.0 and up. Read once per process."""
    table: dict[str, float] = {}
    for line in FREQUENCIES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            value, _, words = line.partition("\t")
            table.update(dict.fromkeys(words.split(), float(value)))
    return table


def zipf(word: str) -> float:
    """Zipf frequency of a lower-case word; ``UNSEEN`` where the table does not hold it."""
    return zipf_table().get(word, UNSEEN)


def tokens(text: str) -> list[str]:
    """Lower-case words in order; what begins with a digit becomes ``"#"``; words of impossible length are left out."""
    return ["#" if word[0].isdigit() else word for word in _WORD.findall(text.lower()) if len(word) <= LONGEST_WORD]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The root of an inflected word, or the word itself.

    Of all readings that are words the shortest wins, unless it is so much rarer than the word that the likeness is an
    accident ("serang" is not "rang" with se-).
    """
    if len(word) < 5:
        return word
    readings = _readings(word)
    for root in readings:
        if root in _ROOTS:
            return root
    table = zipf_table()
    least = max(table.get(word, UNSEEN) - RARER, 3.0)
    known = [root for root in readings if table.get(root, 0.0) >= least]
    return min(known, key=lambda root: (len(root), -table.get(root, 0.0)), default=word)


def _readings(word: str) -> list[str]:
    """Everything that may be left of a word when affixes are taken away, the word itself included."""
    bases = [word]
    bases.extend(
        word[: -len(particle)] for particle in _PARTICLES if word.endswith(particle) and len(word) - len(particle) >= 4
    )
    for base in list(bases):
        bases.extend(base[: -len(end)] for end in _SUFFIXES if base.endswith(end) and len(base) - len(end) >= 4)
    found = list(bases)
    for base in bases:
        for prefix, swallowed in _PREFIXES:
            if base.startswith(prefix):
                rest = base[len(prefix) :]
                shortest = 5 if len(prefix) == 2 and base is word else 4
                found.extend(
                    letter + rest
                    for letter in swallowed
                    if len(letter + rest) >= shortest and (not letter or rest[:1] in _VOWELS)
                )
    return found
