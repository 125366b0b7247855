"""Indonesian and English: the texts of the pages are written in English and translated by ``locale/*.po``.

The catalogues are compiled by Babel when they are first asked for (some ten milliseconds), so that there is nothing to
build. ``pybabel``'s own layout; a test names texts that are not translated.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).with_name("locale")
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; English texts are their own."""
    path = FOLDER / language / "LC_MESSAGES" / "browse.po"
    if not path.is_file():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def chosen(asked: str | None, remembered: str | None, accepted: str) -> str:
    """The language of a page: as asked for, as remembered, else Indonesian where the browser prefers it."""
    for given in (asked, remembered):
        if given in LANGUAGES:
            return given
    first = accepted.split(",")[0].strip().lower()
    return "id" if first.split(";")[0].split("-")[0] == "id" else "en"


@cache
def country_names(language: str) -> dict[str, str]:
    """Countries by ISO 3166 code, as CLDR names them."""
    return {code: str(name) for code, name in Locale(language).territories.items() if len(code) == 2}


@cache
def language_names(language: str) -> dict[str, str]:
    """Languages by ISO 639 code, as CLDR names them."""
    return {code: str(name) for code, name in Locale(language).languages.items()}
