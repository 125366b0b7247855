"""Answers as they came off the wire, before they are decompressed."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.http import Request, Response


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A response as it came: status, header pairs, body still encoded by its Content-Encoding."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class RawResponses:
    """Downloader middleware next to the downloader: keeps the answer before it is decompressed."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Attach the raw response of an article to its request; everything else passes."""
        if request.meta.get("archive") and response.status == 200:
            headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, values in response.headers.items()
                for value in values
            ]
            request.meta["raw_response"] = RawResponse(response.status, headers, response.body)
        return response
