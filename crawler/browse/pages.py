"""Pages: templates filled in the reader's language and colours, with the cookies that remember both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from crawler.browse import texts
from crawler.browse.frames import colour
from crawler.browse.guard import SESSION, Tokens

STATIC = Path(__file__).with_name("static")
THEMES = ("auto", "light", "dark")
_YEAR = 31_536_000  # seconds


@cache
def environment(language: str) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=PackageLoader("crawler.browse"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue = texts.translations(language)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    locale = Locale(language)
    made.filters.update(
        number=lambda value: format_decimal(value, locale=locale),
        day=lambda value: _day(value, locale),
        moment=lambda value: _moment(value, locale),
        month=lambda value: format_skeleton("yMMMM", date.fromisoformat(f"{value}-01"), locale=locale),
        country=lambda code: texts.country_names(language).get(code, code),
        language=lambda code: texts.language_names(language).get(code, code),
        score=lambda value: "–" if value is None else format_decimal(value, "0.000", locale=locale),
        colour=colour,
        web=_web,
    )
    return made


def _day(value: datetime | date | str | None, locale: Locale) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return format_date(value, "medium", locale=locale)


def _moment(value: datetime | date | str | None, locale: Locale) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return f"{format_datetime(value, 'medium', locale=locale)} {value.strftime('%z')}".strip()
    return _day(value, locale)


def _web(url: str | None) -> str:
    """The address where it is one of the web that a link may lead to, else nothing."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def language_of(request: Request) -> str:
    """The language of a request's page."""
    accepted = request.headers.get("accept-language", "")
    return texts.chosen(request.query_params.get("lang"), request.cookies.get("lang"), accepted)


def render(
    request: Request, tokens: Tokens, template: str, context: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """A page as an answer. ``?lang=`` and ``?theme=`` choose, cookies remember."""
    query, cookies = request.query_params, request.cookies
    lang = language_of(request)
    theme = next((given for given in (query.get("theme"), cookies.get("theme")) if given in THEMES), "auto")
    session = tokens.session(request)

    def here(**other: str) -> str:
        """This page's address with something else in its query."""
        kept = {name: value for name, value in query.items() if name not in ("lang", "theme")}
        return f"/{request.url.path.lstrip('/')}?{urlencode(kept | other)}"  # "//host/" would lead elsewhere

    page = environment(lang).get_template(template)
    shared = {
        "lang": lang,
        "languages": texts.LANGUAGES,
        "theme": theme,
        "token": tokens.token(session),
        "here": here,
        "path": request.url.path,
        "annotator": _readable(cookies.get("annotator", "")),
    }
    answer = HTMLResponse(page.render({**shared, **context}), status)
    answer.set_cookie(SESSION, session, httponly=True, samesite="strict")
    for name, value in (("lang", lang), ("theme", theme)):
        if name in query:
            answer.set_cookie(name, value, max_age=_YEAR, httponly=True, samesite="strict")
    return answer


def _readable(cookie: str) -> str:
    try:
        return bytes.fromhex(cookie).decode("utf-8")[:60]
    except ValueError:
        return ""


def annotator_cookie(name: str) -> str:
    """A name as the value of a cookie, whatever letters it is made of."""
    return name[:60].encode("utf-8", "replace").hex()
