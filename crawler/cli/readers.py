"""Where a command's pages are read: processes here, or the workers of a cluster named with ``--cluster``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from scrapy.settings import BaseSettings

if TYPE_CHECKING:
    from crawler.processing.page import TopicChoice
    from crawler.processing.pool import Readers


def add_cluster_option(parser: argparse.ArgumentParser) -> None:
    """``--cluster ADDRESS``."""
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="read on the workers of this dask scheduler, as tcp://host:8786 (install .[cluster]); default: here",
    )


def readers(settings: BaseSettings, topic: TopicChoice, cluster: str | None) -> Readers:
    """Readers of pages, to be closed. Raises ``ConfigurationError`` where no cluster is to be had there."""
    from crawler.crawl.session import page_pool

    if cluster is None:
        return page_pool(settings, topic)
    from crawler.processing.cluster import ClusterPool

    return ClusterPool(cluster, topic, deadline=settings.getfloat("PAGE_DEADLINE"))
