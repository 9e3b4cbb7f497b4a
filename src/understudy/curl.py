"""A request as a curl command that works when pasted into a POSIX shell."""

import base64
import re
import shlex
from collections.abc import Collection, Iterator, Sequence

from understudy.contract import form, mediatype
from understudy.types import File, Request

_ODD = frozenset('\0\r\n"\\;,=')
"""What means something to curl in the name of a part or a file, or cannot be said at all."""
_GUESSED = (".gif", ".jpg", ".jpeg", ".png", ".svg", ".txt", ".html", ".pdf", ".xml")
"""Of files that are named so curl tells the media type."""


def curl(request: Request, target: str, variables: Collection[str] = ()) -> str:
    """The command that sends a request to a target, a base URL that is written as it is given.

    variables: words such as `$TOKEN` that the shell is to fill in; any other `$` is taken literally.
    """
    url = target + request.path + (f"?{request.query}" if request.query else "")
    parts = _parts(request)
    if parts is not None:
        return _feed(parts) + _quoted(_command(request, url, list(_form_options(parts))), variables)
    if _is_text(request.body):
        return _quoted(_command(request, url, _body_options(request)), variables)
    return _piped(request, url, variables)


def curl_line(request: Request, target: str, variables: Collection[str] = ()) -> str:
    """The same on one line, whatever the body holds."""
    command = curl(request, target, variables)
    if "\n" not in command:
        return command
    return _piped(request, target + request.path + (f"?{request.query}" if request.query else ""), variables)


def _piped(request: Request, url: str, variables: Collection[str]) -> str:
    """The command with the body's very bytes from standard input."""
    piped = f"printf %s {base64.b64encode(request.body).decode()} | base64 -d | "
    return piped + _quoted(_command(request, url, ["--data-binary", "@-"]), variables)


def _parts(request: Request) -> list[form.Sent] | None:
    """The parts of a multipart body; None of any other, and of one that curl's own options cannot tell."""
    content_type = dict(request.headers).get("content-type", "")
    if mediatype.essence(content_type) != "multipart/form-data":
        return None
    try:
        parts = form.read(content_type, request.body)
    except form.FormError:
        return None
    return parts if _can_be_told(parts) else None


def _can_be_told(parts: Sequence[form.Sent]) -> bool:
    """Whether arguments can hold the parts: no NUL, no name that curl takes apart, and one standard input."""
    files = [part.value for part in parts if isinstance(part.value, File)]
    names = [*(part.name for part in parts), *(file.filename for file in files)]
    texts = [part.value for part in parts if not isinstance(part.value, File)]
    return (
        len(files) <= 1
        and not any(_ODD.intersection(name) or not name for name in names)
        and all(isinstance(value, str) and "\0" not in value for value in texts)
    )


def _is_text(body: bytes) -> bool:
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def _quoted(words: list[str], variables: Collection[str]) -> str:
    """The words for a shell, the variables left to it."""
    if not variables:
        return shlex.join(words)
    pattern = re.compile("(" + "|".join(re.escape(name) for name in variables) + r")(?![A-Za-z0-9_])")
    return " ".join(_quoted_word(pattern.split(word)) for word in words)


def _quoted_word(pieces: list[str]) -> str:
    if len(pieces) == 1:
        return shlex.quote(pieces[0])
    return "".join(
        f'"{piece}"' if index % 2 else shlex.quote(piece) for index, piece in enumerate(pieces) if piece
    )


def _command(request: Request, url: str, options: list[str]) -> list[str]:
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
    return ["curl", "-sS", *method, url, *headers, *options]


def _body_options(request: Request) -> list[str]:
    return ["--data-raw", request.body.decode("utf-8", "replace")] if request.body else []


def _form_options(parts: Sequence[form.Sent]) -> Iterator[str]:
    """The first file comes from standard input: curl has no way to hold one in its arguments."""
    for part in parts:
        value, told = part.value, "".join(_told(part))
        if isinstance(value, File):
            yield from ("-F", f"{part.name}=@-;filename={value.filename}{told}")
        elif isinstance(value, str) and told:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            yield from ("-F", f'{part.name}="{escaped}"{told}')
        elif isinstance(value, str):
            # -F would take these for a file to read or for the start of an option.
            literal = value.startswith(("@", "<", '"')) or ";" in value
            yield from ("--form-string" if literal else "-F", f"{part.name}={value}")


def _told(part: form.Sent) -> Iterator[str]:
    """The media type and the header fields of a part, where curl would not write these itself."""
    guessed = isinstance(part.value, File) and part.value.filename.endswith(_GUESSED)
    if part.media_type and not guessed:
        yield f";type={part.media_type}"
    for name, value in part.headers:
        if name not in ("content-disposition", "content-type"):
            yield f';headers="{name}: {value}"'


def _feed(parts: Sequence[form.Sent]) -> str:
    """The command that writes the first file to curl's standard input."""
    file = next((part.value for part in parts if isinstance(part.value, File)), None)
    if file is None:
        return ""
    if _is_text(file.content):
        return f"printf %s {shlex.quote(file.content.decode())} | "
    return f"printf %s {base64.b64encode(file.content).decode()} | base64 -d | "
