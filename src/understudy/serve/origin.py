"""Whether a request to an admin path can come from another site's page (DNS rebinding included)."""

from collections.abc import MutableMapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]

REFUSAL = "the admin API answers only its own origin, by IP address or as localhost"


def is_same(scope: Scope) -> bool:
    """Whether no other site's page can be behind the request and read the answer."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    if not _is_local_name(host) or headers.get(b"origin", f"http://{host}") not in _origins(host):
        return False
    # A browser says who asks. A link that a person follows from elsewhere opens a page and is fine.
    from_elsewhere = headers.get(b"sec-fetch-site") in ("cross-site", "same-site")
    return not from_elsewhere or headers.get(b"sec-fetch-dest") == "document"


def _origins(host: str) -> tuple[str, str]:
    return f"http://{host}", f"https://{host}"


def _is_local_name(host: str) -> bool:
    """Whether a Host is localhost or an address: a name could be any web site's, pointed at us."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or bool(ip_address(name))
    except ValueError:
        return False
