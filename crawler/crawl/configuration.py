"""The settings users may give in the environment or with ``-s``, read in one place (see crawler/settings.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from scrapy.settings import BaseSettings

from storage.errors import ConfigurationError

_CHECKOUT_SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_PACKED_SEEDS = Path(__file__).resolve().parents[1] / "_seeds"  # where the wheel carries them
SEEDS = _CHECKOUT_SEEDS if _CHECKOUT_SEEDS.is_dir() else _PACKED_SEEDS

# Every page that was answered; those that were read whole and held an article; those kept, and near misses.
ArchivePages = Literal["all", "read", "kept"]
DEFAULT_CORPUS_URL = "sqlite:///corpus.db"  # in the working directory


def corpus_url(settings: BaseSettings) -> str:
    """The SQLAlchemy URL of the corpus."""
    return str(settings.get("CORPUS_URL") or DEFAULT_CORPUS_URL)


def archive_dir(settings: BaseSettings) -> Path | None:
    """The folder of WARC files; None where the archive is switched off."""
    folder = str(settings.get("ARCHIVE_DIR") or "").strip()
    return Path(folder).expanduser() if folder else None


def archive_pages(settings: BaseSettings) -> ArchivePages:
    """Which pages of a crawl are archived. Raises ``ConfigurationError``."""
    given = str(settings.get("ARCHIVE_PAGES") or "read").strip()
    if given not in ("all", "read", "kept"):
        raise ConfigurationError(f"ARCHIVE_PAGES is {given!r}; it must be all, read or kept")
    return given  # type: ignore[return-value]


def metrics_file(settings: BaseSettings) -> Path | None:
    """Where a run leaves its metrics for Prometheus; None where nobody wants them."""
    name = str(settings.get("METRICS_FILE") or "").strip()
    return Path(name).expanduser() if name else None


def relevance_threshold(settings: BaseSettings, mode: str = "conflict") -> float | None:
    """The score from which on articles are kept, 0 to 1; None leaves it to the topic. ``ConfigurationError``.

    It is ``RELEVANCE_THRESHOLD``, or that at which the model keeps the share ``RELEVANCE_RECALL`` of conflict coverage.
    """
    threshold, recall = _share(settings, "RELEVANCE_THRESHOLD"), _share(settings, "RELEVANCE_RECALL")
    if recall is None:
        return threshold
    if threshold is not None:
        raise ConfigurationError("RELEVANCE_THRESHOLD and RELEVANCE_RECALL are both set; give one of them")
    if mode != "conflict":
        raise ConfigurationError("RELEVANCE_RECALL is known for armed conflict only; give RELEVANCE_THRESHOLD")
    from crawler.relevance.model import load, threshold_for

    given = settings.get("TOPIC_MODEL")
    return threshold_for(load(Path(given)) if given else load(), recall)


def _share(settings: BaseSettings, name: str) -> float | None:
    given = settings.get(name)
    if given is None or str(given).strip() == "":
        return None
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ConfigurationError(f"{name} is {given!r}; it must be a number from 0 to 1")
    return number


def user_agent(settings: BaseSettings) -> str:
    """The User-Agent line with ``CONTACT`` in it, whether that came from the environment or from ``-s``."""
    agent, contact = str(settings["USER_AGENT"]), str(settings.get("CONTACT") or "")
    return agent if contact in agent else f"{agent} (+{contact})"


def seeds_folder(given: str | None = None) -> Path:
    """The folder of example articles: as given, or the project's own."""
    return Path(given) if given else SEEDS
