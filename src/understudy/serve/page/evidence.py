"""A request of the journal as a person looks at it: readable bodies, and violations beside the document."""

from understudy.contract.document import Document
from understudy.errors import DocumentError
from understudy.html.text import body_text, dotted, visible
from understudy.serve.docs.address import of_line
from understudy.serve.docs.lines import quoted
from understudy.serve.fake import Fake
from understudy.types import JSON

_MAX_BODY = 20_000
"""Characters shown of a body; the whole one is in the journal."""
_MAX_VIOLATIONS = 50


def shown(entry: dict[str, JSON], fake: Fake) -> dict[str, JSON]:
    """The entry as the journal tells it, its bodies readable, its violations with the document's lines."""
    played = fake.played(entry["api"]) if entry["api"] else None
    document = played.contract.document if played else None
    violations = entry["violations"]
    return entry | {
        "request": _readable(entry["request"]),
        "response": _readable(entry["response"]),
        "violations": [_located(violation, document) for violation in violations[:_MAX_VIOLATIONS]],
        "moreViolations": max(0, len(violations) - _MAX_VIOLATIONS),
    }


def _readable(message: dict[str, JSON]) -> dict[str, JSON]:
    body = message["body"].encode("utf-8", "replace")
    return message | {"body": body_text(body, _MAX_BODY), "bytes": len(body)}


def _located(violation: dict[str, JSON], document: Document | None) -> dict[str, JSON]:
    where = f"{violation['in']} {dotted(tuple(violation['path']))}".strip()
    told = violation | {"message": visible(violation["message"]), "where": where}
    if document is None:
        return told
    place = violation["pointer"]
    try:
        file, line = document.where(place)
    except DocumentError:  # of a document that was edited since
        return told
    lines = quoted(document, file, line) if line else None
    link = of_line(document.name, file, line or 1)
    return told | {"file": visible(file), "line": line, "quote": lines, "href": link}
