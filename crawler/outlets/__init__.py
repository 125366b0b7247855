"""The registry: one TOML file per outlet in ``registry/``, and the loader that validates them.

May import: storage.errors. Offers ``Outlet``, ``load`` and ``read_file``. A file holds one outlet, or several as
``[[outlet]]`` tables with the same keys. Facts carry where they were seen in ``facts``.
"""

from crawler.outlets.loading import REGISTRY, load, read_file
from crawler.outlets.model import PLACEHOLDERS, Outlet, Selectors

__all__ = ["PLACEHOLDERS", "REGISTRY", "Outlet", "Selectors", "load", "read_file"]
