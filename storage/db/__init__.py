"""A name that scripts may rely on: ``from storage.db import Database``. The room is ``storage.database``."""

from storage.database import Database

__all__ = ["Database"]
