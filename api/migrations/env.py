"""Alembic's entry; the connection comes from ``api.migrate``."""

from alembic import context

from api.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
