"""Archives read on a cluster: a real scheduler and two workers in processes of their own, on loopback."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.crawl.configuration import SEEDS
from crawler.processing import cluster as module
from crawler.processing.cluster import ClusterPool
from crawler.processing.page import TopicChoice
from storage.errors import ConfigurationError, PageError
from tests.commands.calling import call
from tests.commands.conftest import Stored
from tests.commands.test_ingest import articles
from tests.spiders.running import Place

pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
from tests.dask_cluster import Cluster

CHOICE = TopicChoice(str(SEEDS))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster(workers=2) as made:
        yield made


def test_an_archive_gives_the_same_articles(cluster: Cluster, stored: Stored, tmp_path: Path) -> None:
    place = Place.below(tmp_path)
    words = (str(stored.place.archive), "--outlets", str(stored.toml), "--cluster", cluster.address)
    said = call("ingest", *words, place=place, RELEVANCE_THRESHOLD=str(stored.threshold))
    assert (said.code, said.err) == (0, "")
    assert articles(place) == articles(stored.place)
    again = call("reextract", "--all", *words[1:], place=place)
    assert f"{len(stored.kept)} as they were, 0 changed" in again.folded


def once(path: str) -> str:
    """Runs on a worker: the first time it takes its process with it."""
    with Path(path).open("a", encoding="ascii") as file:
        file.write(f"{os.getpid()}\n")
    tries = Path(path).read_text(encoding="ascii").split()
    if len(tries) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return path


def always() -> None:
    """Runs on a worker, and takes each process with it."""
    os.kill(os.getpid(), signal.SIGKILL)


def hang(*_: object, **__: object) -> None:
    time.sleep(60)


def hanging(jobs: object) -> object:
    """Runs on a worker: a page that its reader does not come back from."""
    module.read_pages = hang  # type: ignore[assignment]
    return module.read(CHOICE, 0.2, jobs, False)  # type: ignore[arg-type]


def test_what_a_lost_worker_had_in_hand_is_done_by_another(cluster: Cluster, tmp_path: Path) -> None:
    with closing(ClusterPool(cluster.address, CHOICE)) as pool:
        path = str(tmp_path / "tries")
        assert asyncio.run(pool.call(once, path)) == path
        assert len(Path(path).read_text(encoding="ascii").split()) == 2


@pytest.mark.parametrize("work", [always, hanging])
def test_what_costs_every_worker_is_given_up(cluster: Cluster, work: object) -> None:
    with closing(ClusterPool(cluster.address, CHOICE)) as pool, pytest.raises(PageError, match="were lost"):
        asyncio.run(pool.call(work, *([[]] if work is hanging else [])))  # type: ignore[arg-type]


def test_what_is_no_cluster_is_said(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT", 0.5)
    with pytest.raises(ConfigurationError, match="no scheduler answers there"):
        ClusterPool("tcp://127.0.0.1:9", CHOICE)
    with monkeypatch.context() as patch:
        patch.setattr(module, "EXTRACTOR_VERSION", "0")
        with pytest.raises(ConfigurationError, match=r"runs conflict-news .*, here is .*extractor 0"):
            ClusterPool(cluster.address, CHOICE)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigurationError, match=r"conflict-news\[cluster\]"):
        ClusterPool(cluster.address, CHOICE)
