"""The reply of a success that shows a thing."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from understudy.contract import Operation
from understudy.serve.infer.resource import Keys, Resource
from understudy.serve.infer.success import Success, success
from understudy.serve.infer.views import Thing, View, within
from understudy.stub import Reply


@dataclass(frozen=True)
class Showing:
    """How a success of an operation shows a thing of a resource."""

    resource: Resource
    success: Success

    @cached_property
    def view(self) -> View | None:
        """Where it does; a reply without an id is the thing itself, as far as it goes."""
        if self.success.content is None:
            return None
        return self.resource.one(self.success) or View(self.success.content)

    def reply(self, thing: Thing, keys: Keys, seed: bytes) -> Reply:
        """The reply to a request for the thing with these keys."""
        key = self.resource.digest(seed, keys)
        headers = self.success.headers(key, {"location": (self.resource.address(keys),)})
        id = within(thing, self.resource.view.id)
        return Reply(self.view.of(thing, id, key) if self.view else None, self.success.status, headers)


def showing(resource: Resource, operation: Operation, first: Collection[int] = ()) -> Showing | None:
    """How an operation does it; None where it has no success of a plain kind."""
    found = success(operation, first)
    return Showing(resource, found) if found else None
