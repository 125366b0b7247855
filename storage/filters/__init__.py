"""A name that scripts may rely on: ``from storage.filters import Filter``. The room is ``storage.database``."""

from storage.database import Filter

__all__ = ["Filter"]
