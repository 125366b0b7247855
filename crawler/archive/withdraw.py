"""Taking what was withdrawn from the corpus out of the archive too, whatever reading put it there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from crawler import urls
from crawler.archive.eraser import Erased, erase, erase_captures
from crawler.extraction.pagination import first_page
from crawler.outlets import Outlet
from storage.corpus import Corpus
from storage.identity import article_key, id_of
from storage.withdrawal import Refused, refused


class Unwanted:
    """Whether an address is one that the tombstones refuse: in any of its spellings, or as a further page of one.

    ``kept`` tells which addresses are those of articles that stay, whatever their spelling has in common.
    """

    def __init__(self, tombs: Refused, registry: Iterable[Outlet], kept: Callable[[str], bool]) -> None:
        self._kept = kept
        self._registry = list(registry)
        self._tombs = tombs
        by_id = {outlet.id: outlet for outlet in self._registry}
        self._pages = {urls.page_key(url, by_id.get(outlet or "")) for url, outlet in tombs.pages}

    def __call__(self, url: str) -> bool:
        """Asked of the address of each record in the archive."""
        if id_of(article_key(url)) in self._tombs.ids:
            return True
        host = urls.host(url)
        owner = next((outlet for outlet in self._registry if outlet.owns(host)), None)
        name = urls.page_key(first_page(url), owner)
        page_of = id_of(article_key(first_page(url))) in self._tombs.ids
        refused = page_of or name in self._pages or (host in self._tombs.hosts and name not in self._tombs.others)
        return refused and not self._kept(url)


def erase_withdrawn(
    corpus: Corpus,
    refs: Iterable[str],
    registry: Iterable[Outlet],
    archive: Path | None,
    on_progress: Callable[[int], object] = str,
) -> Erased:
    """Overwrite the captures behind ``refs``, then every other capture in the archive that a tombstone refuses.

    It needs no memory of what it did: whatever a run could not erase, the next one finds again by its address.
    """
    done = erase(refs, archive)
    if archive is not None and archive.is_dir():
        unwanted = Unwanted(refused(corpus), registry, lambda url: corpus.get(url) is not None)
        searched = erase_captures(archive, unwanted, on_progress)
        done.records += searched.records
        done.left += [line for line in searched.left if line not in done.left]
    return done
