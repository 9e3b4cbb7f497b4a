"""Where in the viewer a place of a document is shown."""

from urllib.parse import quote, unquote, urlencode

from understudy.contract import Operation, pointer

DOCS = "/__understudy__/docs"


def name_of(place: str) -> str:
    """What to call what stands at a place: the last name that leads to it, else its file."""
    file, inside = pointer.split(place)
    return (pointer.tokens(inside) or [unquote(file)])[-1]


def of_operation(api: str, operation: Operation) -> str:
    """The address of an operation's page."""
    return of_place(api, operation.declaration.pointer)


def of_place(api: str, place: str) -> str:
    """The address of the page of an operation, or of a component."""
    return f"{DOCS}/{quote(api, safe='')}?{urlencode({'at': place}, safe='/~{}')}"


def of_line(api: str, file: str, line: int) -> str:
    """The address of a line of one of the API's files."""
    return (
        f"{DOCS}/{quote(api, safe='')}/source?{urlencode({'file': file, 'line': line}, safe='/')}#line-{line}"
    )
