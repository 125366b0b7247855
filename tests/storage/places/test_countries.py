import tomllib
from pathlib import Path

import pytest

from storage.places import countries

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize(("first", "title", "text"), CASES)
def test_the_country_a_text_tells_most_of_comes_first(first: str, title: str, text: str) -> None:
    assert countries(title, text)[0] == first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jakarta, CNN Indonesia -- Bom meledak di Mosul, Irak.", ["IQ"]),
        ("As sebuah roda patah di bengkel itu.", []),
        ("Kota itu sepi. Surat dibagikan kepada warga.", []),
        ("", []),
    ],
)
def test_what_is_no_country(text: str, expected: list[str]) -> None:
    assert countries(None, text) == expected


def test_others_follow_by_weight() -> None:
    text = "Pasukan Armenia menembaki Ganja, kata Azerbaijan. Azerbaijan membalas. Prancis menyerukan gencatan senjata."
    assert countries("Azerbaijan tuduh Armenia", text) == ["AZ", "AM", "FR"]
