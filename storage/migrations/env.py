"""What Alembic runs: on the connection, and within the transaction, that ``storage.migrate`` hands it."""

from alembic import context

_attributes = context.config.attributes

context.configure(
    connection=_attributes["connection"], target_metadata=_attributes["metadata"], **_attributes["comparison"]
)
with context.begin_transaction():
    context.run_migrations()
