"""Exports: records in a fixed order to one file by suffix, with manifest and data card, whole or not at all.

May import: corpus, database. Offers ``export``, ``export_lines`` and ``Manifest``; formats, files,
redaction and data card are its parts.
"""

from storage.export.exporting import BATCH, export, export_lines, write_export
from storage.export.manifest import Manifest, manifest_path

__all__ = ["BATCH", "Manifest", "export", "export_lines", "manifest_path", "write_export"]
