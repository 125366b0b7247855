"""Every error this project raises on purpose, and the exit code a command ends with because of it.

    CorpusError
    ├── ConfigurationError      2   a setting, argument, outlet file or seeds folder is wrong
    │   ├── OutletError             an outlet file or id
    │   └── SeedsError              the folder of example articles
    ├── StorageError            3   the database cannot be opened, read or written
    │   └── SchemaError             the database has a newer schema than this program, or none of ours
    ├── NothingReachable        4   not one page could be fetched
    ├── Interrupted             5   stopped by a signal; the next run goes on from there
    ├── TooManyPageErrors       6   more pages failed than the run allows
    ├── PageError               7   one page cannot be read (ends a command only where it is about that page)
    └── NotAsRecorded           8   what is stored is not what was recorded: a snapshot, or `corpus verify` found faults

Messages are for the person at the terminal: what was wrong, where, and what to do. Commands print them as one
line and leave with ``exit_code``. 0 means that a command did its job, 1 is left to errors nobody foresaw.
"""


class CorpusError(Exception):
    """Base of all errors raised on purpose; ``exit_code`` is what a command leaves with."""

    exit_code = 1


class ConfigurationError(CorpusError):
    """A setting, a command-line argument, an outlet file or a seeds folder is wrong."""

    exit_code = 2


class OutletError(ConfigurationError):
    """An outlet id that is not in the registry, or an outlet file that does not validate."""


class SeedsError(ConfigurationError):
    """The folder of example articles is missing, empty or not readable as UTF-8."""


class StorageError(CorpusError):
    """The database cannot be opened, read or written."""

    exit_code = 3


class SchemaError(StorageError):
    """The database was made by a newer version of this program, or is not one of its databases."""


class NothingReachable(CorpusError):  # noqa: N818 - reads as the outcome it names
    """A crawl ended without a single page fetched."""

    exit_code = 4


class Interrupted(CorpusError):  # noqa: N818
    """A command was stopped by a signal; what was done is kept and the next run goes on."""

    exit_code = 5


class TooManyPageErrors(CorpusError):  # noqa: N818
    """More pages failed than the run allows."""

    exit_code = 6


class PageError(CorpusError):
    """One page cannot be read."""

    exit_code = 7


class NotAsRecorded(CorpusError):  # noqa: N818
    """What is stored does not prove itself: its hash is another than the one recorded with it."""

    exit_code = 8


class AlarmsRaised(CorpusError):  # noqa: N818
    """Outlets are not as they were, and the caller asked to be told so by the exit code."""

    exit_code = 9
