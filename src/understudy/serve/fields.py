"""The header fields that a document declares for a response, filled."""

from understudy.contract import jsontext
from understudy.contract.operation import DeclaredResponse
from understudy.contract.parameter import Parameter
from understudy.instance import instance
from understudy.types import JSON, Headers

_OF_THE_TRANSPORT = frozenset(
    (
        "connection",
        "content-encoding",
        "content-length",
        "keep-alive",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
"""Header fields that say how a body travels: no client could read ours by a made-up one."""


def synthesised(response: DeclaredResponse, key: bytes) -> Headers:
    """The declared response headers, filled; those of the transport are the server's own."""
    return tuple(
        (header.name.lower(), _header_text(header, instance(header.schema, key)))
        for header in response.headers
        if header.name.lower() not in _OF_THE_TRANSPORT
    )


def _header_text(header: Parameter, value: JSON) -> str:
    """The text of a declared header, in the style `simple`, with what a header field can hold."""
    if header.media_type is not None:
        text = jsontext.dumps(value).decode()
    elif isinstance(value, dict):
        mark = "=" if header.explode else ","
        text = ",".join(f"{name}{mark}{_plain(item)}" for name, item in value.items())
    else:
        text = ",".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
    return "".join(character for character in text if " " <= character <= "~")


def _plain(value: JSON) -> str:
    return value if isinstance(value, str) else jsontext.dumps(value).decode()
