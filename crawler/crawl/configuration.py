"""The settings users may give in the environment or with ``-s``, read in one place (see crawler/settings.py)."""

from __future__ import annotations

from pathlib import Path

from scrapy.settings import BaseSettings

from storage.errors import ConfigurationError

_CHECKOUT_SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_PACKED_SEEDS = Path(__file__).resolve().parents[1] / "_seeds"  # where the wheel carries them
SEEDS = _CHECKOUT_SEEDS if _CHECKOUT_SEEDS.is_dir() else _PACKED_SEEDS

DEFAULT_CORPUS_URL = "sqlite:///corpus.db"  # in the working directory


def corpus_url(settings: BaseSettings) -> str:
    """The SQLAlchemy URL of the corpus."""
    return str(settings.get("CORPUS_URL") or DEFAULT_CORPUS_URL)


def archive_dir(settings: BaseSettings) -> Path | None:
    """The folder of WARC files; None where the archive is switched off."""
    folder = str(settings.get("ARCHIVE_DIR") or "").strip()
    return Path(folder).expanduser() if folder else None


def metrics_file(settings: BaseSettings) -> Path | None:
    """Where a run leaves its metrics for Prometheus; None where nobody wants them."""
    name = str(settings.get("METRICS_FILE") or "").strip()
    return Path(name).expanduser() if name else None


def relevance_threshold(settings: BaseSettings) -> float | None:
    """The score from which on articles are kept, 0 to 1; None leaves it to the topic. ``ConfigurationError``."""
    given = settings.get("RELEVANCE_THRESHOLD")
    if given is None or str(given).strip() == "":
        return None
    try:
        threshold = float(given)
    except ValueError:
        threshold = -1.0
    if not 0 <= threshold <= 1:
        raise ConfigurationError(f"RELEVANCE_THRESHOLD is {given!r}; it must be a number from 0 (keep all) to 1")
    return threshold


def user_agent(settings: BaseSettings) -> str:
    """The User-Agent line with ``CONTACT`` in it, whether that came from the environment or from ``-s``."""
    agent, contact = str(settings["USER_AGENT"]), str(settings.get("CONTACT") or "")
    return agent if contact in agent else f"{agent} (+{contact})"


def seeds_folder(given: str | None = None) -> Path:
    """The folder of example articles: as given, or the project's own."""
    return Path(given) if given else SEEDS
