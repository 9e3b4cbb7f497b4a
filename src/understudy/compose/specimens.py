"""Small, real things of media types that hold no data: an image, a page, a table, a document."""

from base64 import b64decode
from collections.abc import Mapping
from types import MappingProxyType

from understudy.contract import mediatype

_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_GIF = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_WEBP = b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
_JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8Q"
    "EBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="
)
_ZIP = b"PK\x05\x06" + bytes(18)
_GZIP = b64decode("H4sIAAAAAAACAwMAAAAAAAAAAAA=")
_WAV = b"RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\2\0\0\0\0\0"
_PDF_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
)


def _pdf() -> bytes:
    """An empty page."""
    body, offsets = b"%PDF-1.4\n", []
    for number, inside in enumerate(_PDF_OBJECTS, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, inside)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, len(body))
    return body + head + table + trailer


_XML = b'<?xml version="1.0" encoding="utf-8"?>\n<message>Hello from the understudy.</message>\n'
_HTML = b"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Sample page</title></head>
<body><h1>Sample page</h1><p>Hello from the understudy.</p></body>
</html>
"""
_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><circle cx="8" cy="8" r="7"/></svg>
"""
_CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Understudy//EN\r\nBEGIN:VEVENT\r\nUID:sample@example.com\r\n"
    b"DTSTAMP:20260115T093000Z\r\nDTSTART:20260120T100000Z\r\nSUMMARY:Sample event\r\nEND:VEVENT\r\n"
    b"END:VCALENDAR\r\n"
)

_SPECIMENS: Mapping[str, tuple[bytes, str]] = MappingProxyType(
    {
        "image/png": (_PNG, "png"),
        "image/gif": (_GIF, "gif"),
        "image/webp": (_WEBP, "webp"),
        "image/jpeg": (_JPEG, "jpg"),
        "image/jpg": (_JPEG, "jpg"),
        "image/svg+xml": (_SVG, "svg"),
        "audio/wav": (_WAV, "wav"),
        "application/pdf": (_pdf(), "pdf"),
        "application/zip": (_ZIP, "zip"),
        "application/gzip": (_GZIP, "gz"),
        "text/html": (_HTML, "html"),
        "text/csv": (b"id,name,amount\r\n1,Ada,12.50\r\n2,Bo,8.00\r\n", "csv"),
        "text/tab-separated-values": (b"id\tname\tamount\n1\tAda\t12.50\n2\tBo\t8.00\n", "tsv"),
        "text/css": (b"body { color: #222; }\n", "css"),
        "text/javascript": (b"export const ready = true;\n", "js"),
        "application/javascript": (b"export const ready = true;\n", "js"),
        "text/markdown": (b"# Sample\n\nHello from the understudy.\n", "md"),
        "text/calendar": (_CALENDAR, "ics"),
        "application/xml": (_XML, "xml"),
        "text/xml": (_XML, "xml"),
        "application/yaml": (b"message: Hello from the understudy.\n", "yaml"),
        "text/event-stream": (b"data: Hello from the understudy.\n\ndata: That was all.\n\n", "txt"),
        "application/x-ndjson": (b'{"index":0}\n{"index":1}\n', "ndjson"),
        "text/vcard": (b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ada Moreau\r\nEND:VCARD\r\n", "vcf"),
    }
)
_OF_RANGE: Mapping[str, str] = MappingProxyType(
    {
        "image/*": "image/png",
        "text/*": "text/plain",
        "audio/*": "audio/wav",
        "application/*": "application/json",
    }
)


def specimen(media_type: str) -> bytes | None:
    """A thing of a media type; None where there is none to show."""
    found = _SPECIMENS.get(mediatype.essence(media_type))
    return found[0] if found else None


def extension(media_type: str) -> str:
    """How the name of a file of a media type ends."""
    found = _SPECIMENS.get(mediatype.essence(media_type))
    return found[1] if found else "txt" if media_type.startswith("text/") else "bin"


def concrete(media_type: str) -> str:
    """A media type to write: of a range one that it covers, of several listed together the first."""
    first = mediatype.listed(media_type)[0]
    if not mediatype.is_range(first):
        return first
    return _OF_RANGE.get(mediatype.essence(first), "application/json")
