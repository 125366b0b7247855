"""``Newsroom``: all outlets on loopback, their TOML, and the truth about their articles."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from crawler.demo import tricks
from crawler.demo.newssite import NewsSite
from crawler.demo.outlets import (
    Elsewhere,
    JejakTimur,
    KabarSenja,
    LintasNusa,
    PenaPesisir,
    SuaraHulu,
    WartaSelat,
)
from crawler.demo.seeds import seed_sites
from crawler.demo.server import Server, Site
from crawler.demo.stories import Story
from crawler.demo.traps import trap_sites

DEMO_PORT = 8791
ELSEWHERE = "127.0.0.30"


def demo_sites() -> list[Site]:
    """The sites of the demo: six outlets of our own, those of the seeds, and a host that is none of theirs."""
    return [
        KabarSenja("127.0.0.11"),
        LintasNusa("127.0.0.12"),
        WartaSelat("127.0.0.13"),
        PenaPesisir("127.0.0.14"),
        JejakTimur("127.0.0.15", ELSEWHERE),
        *seed_sites(),
        SuaraHulu("127.0.0.21"),
        Elsewhere("elsewhere", ELSEWHERE),
    ]


class Newsroom(Server):
    """The outlets of the newsroom, each on an address of its own from 127.0.0.11 on, all on one port.

    ``toml`` is the path of the outlets' file while the room is open; ``outlets`` their ids; ``articles`` the truth: all
    stories with URL, text, day and whether they belong into the corpus; ``tricks`` the odd addresses by name.
    ``traps`` adds the outlets of ``traps``; ``sites`` replaces all of them, by stand-ins for instance. ``delay`` is
    written into the TOML, in seconds.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        toml: Path | None = None,
        log_file: Path | None = None,
        traps: bool = False,
        delay: float = 0.0,
        sites: Sequence[Site] | None = None,
    ) -> None:
        if sites is None:
            sites = [*demo_sites(), *(trap_sites() if traps else [])]
        self.news_sites = [site for site in sites if isinstance(site, NewsSite)]
        self.delay = delay
        self._given = toml
        self.toml = toml or Path()
        super().__init__(sites, port, log_file)

    def start(self) -> None:
        """Bind, and write the TOML file (a temporary one unless a path was given)."""
        super().start()
        if self._given is None:
            handle = tempfile.NamedTemporaryFile("w", suffix=".toml", prefix="newsroom-", delete=False)  # noqa: SIM115
            handle.close()
            self.toml = Path(handle.name)
        self.toml.write_text("\n".join(site.table(self.delay) for site in self.news_sites), encoding="utf-8")

    def stop(self) -> None:
        """Stop answering; a temporary TOML file is removed."""
        super().stop()
        if self._given is None:
            self.toml.unlink(missing_ok=True)

    @property
    def outlets(self) -> list[str]:
        """Ids of the outlets, in the order of their addresses."""
        return [site.id for site in self.news_sites]

    @property
    def articles(self) -> list[Story]:
        """Every story of every outlet."""
        return [story for site in self.news_sites for story in site.stories]

    @property
    def tricks(self) -> dict[str, str]:
        """Absolute addresses of what is no article, by name (see ``tricks.NAMES``)."""
        site = self.site("jejak-timur")
        return {name: site.base + address for name, (address, _, _) in tricks.NAMES.items()}

    def site(self, outlet: str) -> NewsSite:
        """An outlet's site by its id."""
        return next(site for site in self.news_sites if site.id == outlet)

    def story(self, key: str) -> Story:
        """A story by ``outlet/slug``."""
        return next(story for story in self.articles if story.key == key)
