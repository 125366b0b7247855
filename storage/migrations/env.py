"""Run by alembic. The program hands over its open transaction; a developer's `alembic` command opens CORPUS_URL."""

import os

from alembic import context

from storage.database.tables import metadata

connection = context.config.attributes.get("connection")
if connection is not None:
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()
else:
    from sqlalchemy import create_engine

    engine = create_engine(os.environ.get("CORPUS_URL", "sqlite:///corpus.db"))
    with engine.begin() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        context.run_migrations()
