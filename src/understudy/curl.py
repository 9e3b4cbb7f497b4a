"""A request as a curl command that works when pasted into a POSIX shell."""

import base64
import shlex
from collections.abc import Iterator

from understudy.contract import form, mediatype
from understudy.types import File, Request


def curl(request: Request, target: str) -> str:
    """The command that sends a request to a target, a base URL that is written as it is given."""
    url = target + request.path + (f"?{request.query}" if request.query else "")
    content_type = dict(request.headers).get("content-type", "")
    if mediatype.essence(content_type) == "multipart/form-data":
        parts = form.parse(content_type, request.body)
        return _feed(parts) + _command(request, url, list(_form_options(parts)))
    return _command(request, url, _body_options(request))


def _command(request: Request, url: str, options: list[str]) -> str:
    implied = "POST" if options else "GET"
    method = (
        [] if request.method == implied else ["-I"] if request.method == "HEAD" else ["-X", request.method]
    )
    multipart = bool({"-F", "--form-string"} & set(options[::2]))
    headers = [
        word
        for name, value in request.headers
        if not (multipart and name == "content-type")
        for word in ("-H", f"{name}: {value}" if value else f"{name};")
    ]
    return shlex.join(["curl", "-sS", *method, url, *headers, *options])


def _body_options(request: Request) -> list[str]:
    return ["--data-raw", request.body.decode("utf-8", "replace")] if request.body else []


def _form_options(parts: form.Parts) -> Iterator[str]:
    """The first file comes from standard input: curl has no way to hold one in its arguments."""
    for name, values in parts.items():
        for value in values:
            if isinstance(value, File):
                yield from ("-F", f"{name}=@-;filename={value.filename}")
            elif isinstance(value, str):
                # -F would take these for a file to read or for the start of an option.
                literal = value.startswith(("@", "<", '"')) or ";" in value
                yield from ("--form-string" if literal else "-F", f"{name}={value}")


def _feed(parts: form.Parts) -> str:
    """The command that writes the first file to curl's standard input."""
    file = next((value for values in parts.values() for value in values if isinstance(value, File)), None)
    if file is None:
        return ""
    try:
        return f"printf %s {shlex.quote(file.content.decode())} | "
    except UnicodeDecodeError:
        return f"printf %s {base64.b64encode(file.content).decode()} | base64 -d | "
