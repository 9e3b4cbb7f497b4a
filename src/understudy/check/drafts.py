"""Valid requests of an operation, to be sent as they are or varied."""

from understudy.check.spots import full_value
from understudy.compose import Draft, Maker, valid_draft
from understudy.contract import Operation
from understudy.contract.parameter import Parameter
from understudy.contract.parts import schemes_of
from understudy.types import JSON


def probe_draft(operation: Operation, make: Maker, *, optional: bool = False) -> Draft:
    """A valid request without credentials, by the values that `make` gives.

    Raises Unsatisfiable and DocumentError.
    """

    def argument(parameter: Parameter) -> JSON:
        # The least value may be an empty one, and a path has no place for that.
        return (full_value if parameter.location == "path" else make)(parameter.schema)

    schemes = schemes_of(operation)
    return valid_draft(operation, make, argument=argument, schemes=schemes, optional=optional)
