"""How a fake is to be served: one frozen value, given once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

AuthMode = Literal["spec", "strict", "off"]


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """Everything that shapes replies. Two servers with equal options answer with equal bytes."""

    seed: int = 0
    auth: AuthMode = "spec"
    credentials: Mapping[str, str] = field(default_factory=dict)
    """Accepted credential by security scheme, for `strict`; a basic one as `user:password`."""
    cors: bool = True
    """Whether pages of other origins may read the replies."""
    max_body: int = 10 * 1024 * 1024
    """Largest request body taken, in bytes."""
    journal_entries: int = 1000
    journal_bytes: int = 16 * 1024 * 1024
    memory_bytes: int = 8 * 1024 * 1024
    """How much of the replies is kept to be given again."""
    state_bytes: int = 16 * 1024 * 1024
    """How much the stubs may keep in one namespace."""
    state_namespaces: int = 10_000
    """In how many namespaces they may keep something."""
    infer_state: bool = False
    """Whether what the document shows to be created is kept, and found again, without a stub."""
