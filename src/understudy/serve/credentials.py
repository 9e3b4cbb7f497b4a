"""Which credentials the fake takes, and the magic ones that let a client test its error paths."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hmac import compare_digest

from understudy.contract import Operation
from understudy.contract.security import Requirement, Scheme
from understudy.serve.answer import Refusal
from understudy.serve.options import AuthMode
from understudy.serve.session import claims
from understudy.session import CREDENTIAL_CLAIM, fingerprint

# A credential that contains the word gets the status, in every mode but `off`. At a companion's operations
# only 401 counts, so that a client gets as far as the one that it is about.
_MAGIC = (
    ("invalid", 401, "the credential says that it is invalid"),
    ("expired", 401, "the credential says that it has expired"),
    ("forbidden", 403, "the credential says that it is forbidden to do this"),
    ("ratelimited", 429, "the credential says that it is over its rate limit"),
    ("servererror", 500, "the credential says that the server fails"),
)


@dataclass(frozen=True, slots=True)
class Gate:
    """The policy of `--auth` and `--credential`."""

    mode: AuthMode = "spec"
    credentials: Mapping[str, str] = field(default_factory=dict)

    def check(self, scheme: Scheme, credential: str, operation: Operation) -> None:
        """Let a credential of the right shape pass, or raise the Refusal it deserves."""
        lowered = credential.lower()
        for word, status, detail in _MAGIC:
            if word in lowered and (status == 401 or not operation.is_of_companion):
                headers = (("retry-after", "1"),) if status == 429 else ()
                raise Refusal(status, detail, headers=headers)
        if self.mode == "strict" and not self._is_configured(scheme, credential):
            raise Refusal(401, f"not the credential configured for {scheme.name}")

    def _is_configured(self, scheme: Scheme, credential: str) -> bool:
        """A token is as good as the credential that it was minted for, whatever scheme that is of."""
        accepted = self.credentials.get(scheme.name)
        if accepted is not None and _is_same(accepted, credential):
            return True
        minted_for = claims(credential).get(CREDENTIAL_CLAIM) if scheme.kind == "bearer" else None
        if not isinstance(minted_for, str):
            return False
        return any(_is_same(fingerprint(known), minted_for) for known in self.credentials.values())


def _is_same(known: str, given: str) -> bool:
    return compare_digest(known.encode(), given.encode("utf-8", "replace"))


def challenges(alternatives: tuple[Requirement, ...]) -> str:
    """The WWW-Authenticate field that names every scheme an operation takes."""
    schemes = dict.fromkeys(scheme for requirement in alternatives for scheme in requirement)
    return ", ".join(scheme.challenge for scheme in schemes)


def credential_variable(scheme: str) -> str:
    """The environment variable for a scheme's credential: `API Key` is UNDERSTUDY_CREDENTIAL_API_KEY."""
    return "UNDERSTUDY_CREDENTIAL_" + re.sub(r"[^A-Za-z0-9]", "_", scheme).upper()
