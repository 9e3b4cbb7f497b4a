"""How a person gets in: the credentials of an operation in words."""

from collections.abc import Iterator

from understudy.contract.security import Requirement
from understudy.html.markup import Child, Element, element, join
from understudy.serve.options import AuthMode
from understudy.serve.routing import Role


def told(role: Role, mode: AuthMode) -> Element:
    """The credentials that an operation takes, one alternative after the other."""
    if mode == "off" or not role.operation.security:
        return join("none needed")
    return join(*_alternatives(role.operation.security), "" if mode == "strict" else " (any value)")


def _alternatives(requirements: tuple[Requirement, ...]) -> Iterator[Child]:
    for index, requirement in enumerate(requirements):
        yield ", or " if index else None
        if not requirement:
            yield "none"
        for number, scheme in enumerate(requirement):
            yield " and " if number else None
            yield element("code", scheme.carrier)
