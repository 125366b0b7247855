"""What a text states that no wording changes: its numbers, days and names. Numbers in words count as numbers.

Two reports of one dispatch agree in them whatever their words; two reports out of one template agree in the words and
differ in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from storage.copies import numerals
from storage.copies.fingerprints import Fingerprinted

_MULTIPLES = {"puluh": 10, "ratus": 100} | numerals.SCALES
_YEAR = """januari jan|februari feb|maret mar|april apr|mei|juni jun|juli jul|agustus agu agt|september sep sept
|oktober okt|november nov nop|desember des"""
_MONTHS = {name: number for number, names in enumerate(_YEAR.split("|"), 1) for name in names.split()}
_WEEK = "senin|selasa|rabu|kamis|jumat jum'at|sabtu|minggu ahad"
_WEEKDAYS = {name: number for number, names in enumerate(_WEEK.split("|"), 1) for name in names.split()}
_DATE = re.compile(r"([0-3]?\d)[/.-]([01]?\d)(?:[/.-](\d{2}|\d{4}))?")
_CLOCK = re.compile(r"[0-2]?\d[.:][0-5]\d")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
# Words that begin with a capital in one outlet and not in the other: titles, offices, directions, kinds of places.
_TITLES = """presiden wakil menteri jenderal kolonel mayor letnan kapten komodor gubernur bupati wali perdana raja ratu
pangeran kepala ketua juru bicara tentara militer kementerian pemerintah parlemen senat polisi kepolisian kota kabupaten
provinsi distrik desa kampung kecamatan kelurahan rumah sakit pasar jalan bandara pelabuhan laut selat teluk sungai
gunung pulau timur barat utara selatan tengah tenggara pusat dewan komite organisasi lembaga badan kantor berita wib
wita wit gmt utc rp usd pt tbk dr prof ir"""
AGAIN = "×"  # between a number and how many times it stood in a sentence so far
NO_NAMES = frozenset(_TITLES.split()) | _MONTHS.keys() | _WEEKDAYS.keys()


@dataclass(frozen=True)
class Facts:
    """Per sentence, in order: numbers, days and the words of names, each folded."""

    content: Fingerprinted

    @cached_property
    def by_sentence(self) -> list[tuple[set[str], set[str], set[str]]]:
        """(numbers, days, words of names) of each sentence."""
        return [
            _of_sentence(words, folded)
            for words, folded in zip(self.content.sentences, self.content.folded, strict=True)
        ]

    @cached_property
    def numbers(self) -> set[str]:
        """Numbers as digits, without the dots of thousands; multiplied out where a scale follows ("12 juta")."""
        return {number for number in self.counted if AGAIN not in number}

    @cached_property
    def counted(self) -> set[str]:
        """Numbers, and what stands twice in one sentence as "2" and "2×2": two equal figures are two facts there."""
        return set().union(*(facts[0] for facts in self.by_sentence))

    @cached_property
    def days(self) -> set[str]:
        """Days of the week ("w1" is Monday) and of the month ("d14/4")."""
        return set().union(*(facts[1] for facts in self.by_sentence))

    @cached_property
    def names(self) -> set[str]:
        """Words of names, case-folded; titles, directions and the words for places are none."""
        return set().union(*(facts[2] for facts in self.by_sentence))

    @property
    def count(self) -> int:
        """How many facts there are."""
        return len(self.numbers) + len(self.days) + len(self.names)


def facts_of(content: Fingerprinted) -> Facts:
    """A text's facts, taken out of it once: a new article is compared with several."""
    known: Facts | None = content.__dict__.get("facts")
    if known is None:
        known = content.__dict__["facts"] = Facts(content)
    return known


def _of_sentence(words: list[str], folded: list[str]) -> tuple[set[str], set[str], set[str]]:
    numbers: set[str] = set()
    days: set[str] = set()
    names: set[str] = set()
    capitals = [word[0].isupper() for word in words]
    shouting = sum(capitals) > 0.8 * len(words) and len(words) > 6
    after = 0
    for place, (word, low, capital) in enumerate(zip(words, folded, capitals, strict=True)):
        if place < after:
            continue
        if low in numerals.BEGIN:
            amount, used = numerals.read(folded[place : place + numerals.MAX_WORDS])
            _count(numbers, str(amount))
            after = place + used
        elif capital:
            if low in _WEEKDAYS:
                days.add(f"w{_WEEKDAYS[low]}")
            elif not shouting and len(word) > 1 and (place or word.isupper()) and low not in NO_NAMES:
                names.add(low)  # the first of a sentence is a name where it is written as RSF
        elif word[0].isdigit():
            value, after = _figure(folded, place)
            if value[0] == "d":
                days.add(value)
            else:
                _count(numbers, value)
    return numbers, days, names


def _count(numbers: set[str], number: str) -> None:
    times = 1
    while number in numbers:
        times += 1
        number = f"{number.partition(AGAIN)[0]}{AGAIN}{times}"
    numbers.add(number)


def _figure(folded: list[str], place: int) -> tuple[str, int]:
    """The number or day that begins at a figure, and where what follows it begins. Days begin with "d"."""
    word = folded[place]
    after = place + 1
    if match := _DATE.fullmatch(word):
        day, month = int(match[1]), int(match[2])
        if 1 <= day <= 31 and 1 <= month <= 12 and ("/" in word or match[3]):
            return f"d{day}/{month}", after
    if word.isdecimal() and 1 <= int(word[:3]) <= 31 and len(word) <= 2 and after < len(folded):
        month_word = _MONTHS.get(folded[after])
        if month_word:
            return f"d{int(word)}/{month_word}", after + 1
    if _GROUPED.fullmatch(word):
        word = word.replace(".", "")
    scale = _MULTIPLES.get(folded[after]) if after < len(folded) else None
    if scale is not None and (plain := word.replace(",", ".")).replace(".", "", 1).isdecimal():
        return _written(round(float(plain) * scale, 3)), after + 1
    return word, after


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value).replace(".", ",")


COUNTERPART = 0.4  # of a sentence's words found in one sentence of the other text: it says the same of something
SHORT_NAME = 7  # letters
LEAST_ROUNDED = 3  # digits of a number that is told rounded
_NUMBERS, _NAMES = 0, 2  # their places among a sentence's facts


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two texts' facts fit: those of the shorter one that the other has, and those it has otherwise.

    Otherwise is said where a sentence has a counterpart and each of the two gives a fact that the other text nowhere
    has. What only one of them tells is no disagreement.
    """

    numbers: tuple[int, int]  # (same, otherwise)
    days: tuple[int, int]
    names: tuple[int, int]

    @property
    def same(self) -> int:
        """Facts in common."""
        return self.numbers[0] + self.days[0] + self.names[0]

    @property
    def otherwise(self) -> int:
        """Facts told otherwise."""
        return self.numbers[1] + self.days[1] + self.names[1]


def in_common(short: Facts, long: Facts) -> tuple[set[str], set[str], set[str]]:
    """The numbers, days and words of names of ``short`` that ``long`` has; a name may stand there as any word."""
    return short.numbers & long.numbers, short.days & long.days, short.names & long.content.vocabulary


def agreement(short: Facts, long: Facts, *, in_place: bool = False) -> Agreement:
    """How the facts fit, sentence against sentence that says the same in the same words.

    ``in_place`` is for texts with the same sentences: a fact that stands in another sentence only is told otherwise,
    too (a list of matches with the same teams in other pairs). A rewriting may move it.
    """
    where: dict[str, list[int]] = {}
    for number, words in enumerate(long.content.folded):
        for word in set(words):
            where.setdefault(word, []).append(number)
    known = (long.counted, long.days, long.content.vocabulary), (short.counted, short.days, short.content.vocabulary)
    here: tuple[set[str], ...] = (set(), set(), set())
    there: tuple[set[str], ...] = (set(), set(), set())
    often_here, often_there = [0, 0, 0], [0, 0, 0]
    for words, facts in zip(short.content.folded, short.by_sentence, strict=True):
        counts: dict[int, int] = {}
        different = set(words)
        for word in different:
            for number in where.get(word, ()):
                counts[number] = counts.get(number, 0) + 1
        best = max(counts, key=lambda number: (counts[number], -number), default=None)
        counterpart = best is not None and counts[best] >= COUNTERPART * len(different)
        for kind in range(3):
            if counterpart and best is not None:
                one, other = facts[kind], long.by_sentence[best][kind]
                missing, new = (
                    (one - other, other - one) if in_place else (one - known[0][kind], other - known[1][kind])
                )
                if kind in _ALIKE and missing and new:
                    alike = _ALIKE[kind]
                    missing, new = _unlike(missing, new, alike), _unlike(new, missing, alike)
                if missing and new:
                    here[kind].update(missing)
                    there[kind].update(new)
                    often_here[kind] += len(missing)
                    often_there[kind] += len(new)
    # A figure that is told otherwise in every sentence counts once; three figures that are one and the same six in the
    # other text ("4, 15, 7" against "6, 12, 6") count as often as they meet it.
    otherwise = [
        max(min(len(here[kind]), often_there[kind]), min(often_here[kind], len(there[kind]))) for kind in range(3)
    ]
    numbers, days, names = ((len(same), told) for same, told in zip(in_common(short, long), otherwise, strict=True))
    return Agreement(numbers, days, names)


def _unlike(facts: set[str], others: set[str], alike: Callable[[str, str], bool]) -> set[str]:
    """Those that cannot be another form of one of the others (Sirte, Sirt; Hizbullah, Hezbollah; 1.234, 1.200)."""
    return {fact for fact in facts if not any(alike(fact, other) for other in others)}


def rounded_alike(one: str, other: str) -> bool:
    """Whether one of two numbers of three digits or more is the other, rounded up or down to two digits or more."""
    if not (one.isdecimal() and other.isdecimal()) or min(len(one), len(other)) < LEAST_ROUNDED:
        return False
    rounded, exact = sorted((one, other), key=lambda number: (len(number.rstrip("0")), number))
    step = int(10 ** (len(rounded) - max(2, len(rounded.rstrip("0")))))
    return step > 1 and abs(int(rounded) - int(exact)) < step


def spelled_alike(one: str, other: str) -> bool:
    """Whether one letter is different, or two of more than seven: put in, left out or another."""
    most = 1 if max(len(one), len(other)) <= SHORT_NAME else 2
    if abs(len(one) - len(other)) > most:
        return False
    above = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        row = [place]
        for number, known in enumerate(other, 1):
            row.append(min(above[number] + 1, row[-1] + 1, above[number - 1] + (letter != known)))
        above = row
    return above[-1] <= most


_ALIKE: dict[int, Callable[[str, str], bool]] = {_NUMBERS: rounded_alike, _NAMES: spelled_alike}

MOST_AGREED, QUOTE_WORDS, QUOTED = 12, 4, 0.6  # names kept as evidence; a quote's least words, and those in common
_QUOTE = re.compile(r"[\"“]([^\"“”]{10,600})[\"”]")


def agreed(one: Facts, other: Facts) -> dict[str, list[str]]:
    """The facts two texts have in common, for evidence: names as the first text writes them, figures, days, quotes."""
    words = other.content.vocabulary
    names: dict[str, None] = {}
    for sentence, folded, facts in zip(one.content.sentences, one.content.folded, one.by_sentence, strict=True):
        run: list[str] = []
        for word, low in zip([*sentence, ""], [*folded, ""], strict=True):
            if low in facts[_NAMES] and low in words:
                run.append(word)
            elif run:
                names[" ".join(run)] = None
                run = []
    quotes = [quote for quote in _QUOTE.findall(one.content.text) if _told(quote, other.content)]
    found = {
        "names": list(names)[:MOST_AGREED],
        "figures": sorted(one.numbers & other.numbers)[:MOST_AGREED],
        "days": sorted(day[1:] for day in one.days & other.days if day[0] == "d")[:MOST_AGREED],
        "quotes": quotes[:3],
    }
    return {kind: values for kind, values in found.items() if values}


def _told(quote: str, content: Fingerprinted) -> bool:
    """Whether most of a quote's longer words stand in one sentence of the text, quoted or reported."""
    said = {word for word in Fingerprinted(quote).words if len(word) > 3}
    least = max(2, QUOTED * len(said))
    return len(said) >= QUOTE_WORDS and any(len(said.intersection(words)) >= least for words in content.folded)
