"""The credentials of a run: given, from the environment, changed for a token, or made up for our fake."""

import os

from understudy.check import login
from understudy.check.wallet import Wallet
from understudy.checking.options import SELF, CheckOptions
from understudy.contract import Contract
from understudy.contract.security import Scheme, schemes
from understudy.errors import UsageError
from understudy.serve.credentials import credential_variable


async def wallet_of(held: Contract, options: CheckOptions) -> Wallet:
    """The credentials of a run, each `user:password` of a password flow changed for a token."""
    credentials = _credentials(held, options)
    if options.target != SELF:
        flows = login.token_urls(held)
        logins = [name for name in credentials if name in flows and login.is_login(credentials[name])]
        if options.token_url and flows and not logins:
            raise UsageError(f"--token-url needs --credential {min(flows)}=user:password")
        for name in logins:
            url = options.token_url or login.trusted_url(name, flows[name], options.target)
            credentials[name] = await login.fetched(url, credentials[name], options.client, options.send)
    return Wallet(credentials, other_headers(held, options))


def _credentials(held: Contract, options: CheckOptions) -> dict[str, str]:
    """The credentials for this API's schemes; against ourselves, made-up ones for those not given."""
    known = schemes(held.document)
    found = {name: os.environ.get(credential_variable(name), "") for name in known}
    for name, scheme in known.items():
        found[name] = _in_headers(scheme, options.headers) or found[name]
    found |= {name: value for name, value in options.credentials.items() if name in known}
    if options.target == SELF:
        made = {name: "self:self" if scheme.kind == "basic" else "self" for name, scheme in known.items()}
        found = {name: found[name] or made[name] for name in known}
    return {name: value for name, value in found.items() if value}


def _in_headers(scheme: Scheme, headers: tuple[tuple[str, str], ...]) -> str | None:
    """The credential that one of the given headers is for a scheme."""
    return scheme.credential(dict(headers), "")


def other_headers(held: Contract, options: CheckOptions) -> tuple[tuple[str, str], ...]:
    """The given headers in which no security scheme travels."""
    carriers = {"authorization", *(scheme.parameter.lower() for scheme in schemes(held.document).values())}
    return tuple(field for field in options.headers if field[0] not in carriers)
