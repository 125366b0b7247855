"""The application: which address is answered by what."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from crawler.archive.reader import Capture
from crawler.browse import audit, evidence, finding, frames
from crawler.browse.guard import FRAME_POLICY, HOSTS, MOST_BODY, Guard, Tokens
from crawler.browse.overviews import Overviews, Seen
from crawler.browse.pages import STATIC, annotator_cookie, language_of, render
from crawler.browse.sources import Sources
from storage.errors import CorpusError, StorageError
from storage.export import export_lines
from storage.identity import is_id

logger = logging.getLogger(__name__)


def application(sources: Sources) -> Starlette:
    """The ASGI application on these sources."""
    pages = _Pages(sources)
    return Starlette(
        routes=[
            Route("/", pages.search),
            Route("/export.jsonl", pages.export),
            Route("/article/{id}", pages.article),
            Route("/raw/{id}/{number:int}", pages.raw),
            Route("/frame/{id}/{number:int}", pages.frame),
            Route("/audit", pages.audit),
            Route("/audit/{id}", pages.decide, methods=["POST"]),
            Route("/overview", pages.overview),
            Route("/overview/{id}", pages.picture),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard), Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)],
        exception_handlers={HTTPException: pages.refused, CorpusError: pages.failed, Exception: _broken},
    )


class _Pages:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.tokens = Tokens()
        self.overviews = Overviews(sources)

    def render(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        return render(request, self.tokens, template, context | {"outlets": self.sources.outlets}, status)

    def search(self, request: Request) -> Response:
        question = _question(request)
        answer = finding.answer(self.sources.corpus, question)
        last = max(1, -(-answer.found.total // finding.PAGE))
        return self.render(
            request, "search.html", question=question, answer=answer, last=min(last, finding.MOST_PAGES),
            kinds=finding.KINDS, shown=finding.SHOWN,
        )  # fmt: skip

    def export(self, request: Request) -> Response:
        where = finding.exported(self.sources.corpus, _question(request))
        headers = {"content-disposition": 'attachment; filename="articles.jsonl"'}
        return StreamingResponse(
            export_lines(self.sources.whole, where), media_type="application/x-ndjson", headers=headers
        )

    def article(self, request: Request) -> Response:
        found = self._known(request, request.query_params.get("q", "")[: finding.MOST_WORDS])
        chain, story = evidence.family(self.sources.corpus, found)
        return self.render(
            request, "article.html", known=found, chain=chain, story=story, figures=evidence.figures,
            capture=evidence.page(self.sources, found.pages, 0),
        )  # fmt: skip

    def raw(self, request: Request) -> Response:
        id_ = request.path_params["id"]
        capture = self._capture(request, evidence.pages_of(self.sources.corpus, id_) if is_id(id_) else [])
        headers = {"content-security-policy": FRAME_POLICY}
        return PlainTextResponse(capture.body.decode("utf-8", "replace"), headers=headers)

    def frame(self, request: Request) -> Response:
        found = self._known(request)
        capture = self._capture(request, found.pages)
        shown = frames.harmless(capture.body, capture.headers.get("content-type"), found.reading)
        return HTMLResponse(shown, headers={"content-security-policy": FRAME_POLICY})

    def audit(self, request: Request) -> Response:
        query = request.query_params
        name = query.get("queue", "near")
        if name not in audit.QUEUES:
            raise HTTPException(404)
        seed = int(query.get("seed", "1")[:9]) if query.get("seed", "1").isdecimal() else 1
        alarms = audit.alarms(self.sources) if name == "alarms" else []
        entries = audit.entries(self.sources, name, seed, alarms)
        wanted = query.get("id", "") if is_id(query.get("id", "")) else ""
        # One that is not in the queue, or not any more, stands before it.
        at = next((place for place, entry in enumerate(entries) if entry.id == wanted), -1 if wanted else 0)
        id_ = wanted or (entries[0].id if entries else "")
        found = evidence.known(self.sources, id_) if id_ else None
        capture = evidence.page(self.sources, found.pages, 0) if found else None
        ours, theirs = evidence.readers(capture, found) if found else ([], [])

        def place(number: int) -> str:
            there = {"id": entries[number % len(entries)].id} if entries else {}
            return "/audit?" + urlencode({"queue": name, "seed": seed} | there)

        return self.render(
            request, "audit.html", queue=name, queues=audit.QUEUES, seed=seed, entries=entries, at=at, known=found,
            capture=capture, ours=ours, theirs=theirs, place=place, alarms=alarms,
        )  # fmt: skip

    async def decide(self, request: Request) -> Response:
        form = await _form(request)
        self.tokens.check(request, form.get("token", ""))
        said, id_ = form.get("decision"), request.path_params["id"]
        if said not in ("accept", "reject"):
            raise HTTPException(400, "neither accepted nor rejected")
        name = form.get("annotator", "").strip()
        await run_in_threadpool(self._decide, id_, said == "accept", form.get("note", ""), name)
        next_ = form.get("next", "")
        answer = RedirectResponse(next_ if next_.startswith("/audit?") else f"/article/{id_}", 303)
        answer.set_cookie("annotator", annotator_cookie(name), max_age=31_536_000, httponly=True, samesite="strict")
        return answer

    def _decide(self, id_: str, accepted: bool, note: str, name: str) -> None:
        corpus = self.sources.corpus
        if not is_id(id_) or not (corpus.get(id_) or corpus.get_rejected(id_)):
            raise HTTPException(404)
        audit.decide(self.sources, id_, accepted=accepted, note=note, name=name)

    def overview(self, request: Request) -> Response:
        return self.render(request, "overview.html", seen=self._seen(request), query=request.query_params)

    def picture(self, request: Request) -> Response:
        shown = self._seen(request).picture(request.path_params["id"])
        if shown is None:
            raise HTTPException(404)
        return HTMLResponse(shown)

    def _seen(self, request: Request) -> Seen:
        try:
            return self.overviews.seen(request.query_params, language_of(request))
        except ValueError as error:
            raise HTTPException(400, str(error)) from error

    def _known(self, request: Request, words: str = "") -> evidence.Known:
        id_ = request.path_params["id"]
        found = evidence.known(self.sources, id_, words) if is_id(id_) else None
        if found is None:
            raise HTTPException(404)
        return found

    def _capture(self, request: Request, pages: Sequence[str]) -> Capture:
        capture = evidence.page(self.sources, pages, request.path_params["number"])
        if capture is None:
            raise HTTPException(404)
        return capture

    def refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        detail = error.detail if error.status_code in (400, 403) else ""
        return self.render(request, "error.html", error.status_code, code=error.status_code, detail=detail)

    def failed(self, request: Request, error: Exception) -> Response:
        logger.warning("%s: %s", request.url.path, error)
        code = 503 if isinstance(error, StorageError) else 500
        return self.render(request, "error.html", code, code=code, detail="")


def _broken(request: Request, error: Exception) -> Response:
    logger.error("%s", request.url.path, exc_info=error)
    return PlainTextResponse("internal error; the terminal tells more", 500)


def _question(request: Request) -> finding.Question:
    try:
        return finding.Question.read(request.query_params)
    except finding.Unreadable as error:
        raise HTTPException(400, str(error)) from error


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BODY:
            raise HTTPException(413)
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))
