"""The database itself: connections, tables, migrations, rows, filters, full-text index, copying to another database.

May import: storage.article, storage.errors. Offers ``Database``, ``Filter`` and ``masked``; everything of
SQLAlchemy starts here.
"""

from storage.database.engine import Database
from storage.database.filters import Filter
from storage.masking import masked

__all__ = ["Database", "Filter", "masked"]
