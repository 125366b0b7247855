"""`scrapy browse`: the corpus in a web browser, on this machine only."""

from __future__ import annotations

import argparse
import socket
from contextlib import suppress

from scrapy.exceptions import UsageError

from crawler.cli.base import CorpusCommand
from crawler.cli.printing import say
from crawler.crawl.configuration import archive_dir, corpus_url
from storage.errors import ConfigurationError

PORT = 8000
HOST = "127.0.0.1"
MOST_AT_ONCE = 50  # requests


class Command(CorpusCommand):
    summary = "Look at the corpus in a web browser: search, articles with their evidence, audit, overview"
    description = (
        "Serve the corpus to a web browser on this machine, and to nobody else: search with facets, every article with"
        " its evidence, queues to audit with decisions as of `scrapy judge`, the overview. Ctrl-C ends it. Needs the"
        " extra `browse`: pip install 'conflict-news[browse]'."
    )
    example = "scrapy browse --port 8000"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port", type=int, default=PORT, help=f"where to listen (default: {PORT}; 0: any free one)"
        )
        parser.add_argument("--outlets", metavar="IDS|FILE", help="besides the registry, as of `scrapy crawl`")
        parser.add_argument("--seeds", metavar="DIR", help="judge by these example articles (default: seeds/)")
        parser.add_argument("--topic", choices=("conflict", "seeds"), default="conflict", help="as of `scrapy crawl`")

    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        if args:
            raise UsageError(f"unexpected argument {args[0]}", print_help=False)
        try:
            import uvicorn

            from crawler import outlets
            from crawler.browse import Sources, application
            from crawler.crawl.arguments import topic_choice
        except ModuleNotFoundError as error:
            raise ConfigurationError(
                f"the browser needs {error.name}, which is not installed: pip install 'conflict-news[browse]'"
            ) from error
        settings = self.project_settings
        known = outlets.load() + (outlets.load(opts.outlets) if opts.outlets else [])
        topic = topic_choice(settings, opts.seeds, opts.topic).build()
        registry = {outlet.id: outlet for outlet in known}
        sources = Sources.open(corpus_url(settings), registry, topic, archive_dir(settings))
        listening = _listen(opts.port)
        try:
            config = uvicorn.Config(
                application(sources), log_config=None, access_log=False, server_header=False,
                limit_concurrency=MOST_AT_ONCE, proxy_headers=False, lifespan="off", ws="none",
            )  # fmt: skip
            say(f"http://{HOST}:{listening.getsockname()[1]}/ (Ctrl-C ends it)")
            with suppress(KeyboardInterrupt):  # the way to end it
                uvicorn.Server(config).run(sockets=[listening])
        finally:
            listening.close()
            sources.close()
        return None


def _listen(port: int) -> socket.socket:
    """A listening socket on loopback. Raises ``ConfigurationError`` where the port is taken, or is none."""
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise ConfigurationError(
            f"cannot listen on {HOST}, port {port}: {error}; give another one with --port"
        ) from error
