"""Which operations are meant by the patterns that a user gives."""

from collections.abc import Collection
from fnmatch import fnmatchcase

from understudy.contract import Operation


def is_selected(operation: Operation, include: Collection[str], exclude: Collection[str]) -> bool:
    """Whether an operation is one to test."""
    return (not include or fits(operation, include)) and not fits(operation, exclude)


def fits(operation: Operation, patterns: Collection[str]) -> bool:
    """Whether one of some shell globs fits the operation's name or its operationId."""
    names = (operation.name, operation.operation_id or operation.name)
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
