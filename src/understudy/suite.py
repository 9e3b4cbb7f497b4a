"""What a test suite of the user's asks for: `test_pets = understudy.contract("pets.yaml")`.

Nothing is loaded or sent here: the pytest plugin does that, when such a test is collected and run.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Terms:
    """What to hold a server to, and how."""

    spec: str
    target: str = "self"
    seed: int = 0
    max_examples: int = 100
    credentials: Mapping[str, str] = field(default_factory=dict)
    overlays: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    strict: bool = False


def contract(
    spec: str | os.PathLike[str],
    *,
    seed: int = 0,
    max_examples: int = 100,
    credentials: Mapping[str, str] | None = None,
    overlays: Sequence[str | os.PathLike[str]] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    strict: bool = False,
) -> Callable[..., None]:
    """A test function that pytest runs once for each operation and rule of an API's contract.

    spec: the name of a shipped API, a file or a folder. credentials: by security scheme; also taken from
    UNDERSTUDY_CREDENTIAL_<SCHEME>. overlays: further OpenAPI Overlays. include, exclude: shell globs over
    operation names (`POST /pets`) and operationIds. strict: what the server lets pass, or refuses without
    need, fails too. What is tested, our own fake or a real server, says `pytest --understudy-target`; its
    `--understudy-seed` and `--understudy-max-examples` go before the ones given here.
    """

    def test(understudy_rule: Callable[[], None]) -> None:
        understudy_rule()

    vars(test)["understudy"] = Terms(
        spec=os.fspath(spec),
        seed=seed,
        max_examples=max_examples,
        credentials=dict(credentials or {}),
        overlays=tuple(os.fspath(overlay) for overlay in overlays),
        include=tuple(include),
        exclude=tuple(exclude),
        strict=strict,
    )
    return test
