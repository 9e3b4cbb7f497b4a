"""The tables of the database that workers share."""

import json
from hashlib import blake2b

import sqlalchemy as sql

METADATA = sql.MetaData()
RECORD = sql.Table(
    "understudy_record",
    METADATA,
    # In SQLite only an INTEGER primary key counts up by itself.
    sql.Column("number", sql.BigInteger().with_variant(sql.Integer(), "sqlite"), primary_key=True),
    sql.Column("namespace", sql.Text, nullable=False),
    sql.Column("kind", sql.Text, nullable=False),
    sql.Column("key", sql.Text, nullable=False),
    sql.Column("id", sql.Text, nullable=False),
    sql.Column("value", sql.Text, nullable=False),
    sql.UniqueConstraint("namespace", "key"),
    sql.Index("understudy_record_by_kind", "namespace", "kind", "number"),
)
NAMESPACE = sql.Table(
    "understudy_namespace",
    METADATA,
    sql.Column("namespace", sql.Text, primary_key=True),
    sql.Column("size", sql.BigInteger, nullable=False),
)
ENTRY = sql.Table(
    "understudy_entry",
    METADATA,
    sql.Column("number", sql.BigInteger().with_variant(sql.Integer(), "sqlite"), primary_key=True),
    sql.Column("size", sql.Integer, nullable=False),
    sql.Column("namespace", sql.Text, nullable=False),
    sql.Column("test", sql.Text, nullable=False),
    sql.Column("operation", sql.Text),
    sql.Column("method", sql.Text, nullable=False),
    sql.Column("path", sql.Text, nullable=False),
    sql.Column("status", sql.Integer, nullable=False),
    sql.Column("violations", sql.Boolean, nullable=False),
    sql.Column("entry", sql.Text, nullable=False),
    sqlite_autoincrement=True,  # else a number would come again once the latest entries are forgotten
)
FACT = sql.Table(
    "understudy_fact",
    METADATA,
    sql.Column("key", sql.Text, primary_key=True),
    sql.Column("namespace", sql.Text, nullable=False),
    sql.Column("test", sql.Text, nullable=False),
    sql.Column("fact", sql.Text, nullable=False),
)
FORGOTTEN = sql.Table(
    "understudy_forgotten",
    METADATA,
    sql.Column("number", sql.BigInteger().with_variant(sql.Integer(), "sqlite"), primary_key=True),
)
"""One row: how often facts were forgotten, so that each worker forgets what it knows to be there."""


def of_namespace(table: sql.Table, namespace: str | None) -> sql.Delete:
    """What deletes the rows of a namespace, or all."""
    statement = table.delete()
    return statement if namespace is None else statement.where(table.c.namespace == namespace)


def key_of(*names: str) -> str:
    """Short for names of any length, which an index could not take."""
    return blake2b(json.dumps(names).encode(), digest_size=16).hexdigest()
