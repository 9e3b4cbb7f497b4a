"""Multipart bodies that mean harm, for an operation that takes a file and text parts."""

from collections.abc import Callable, Sequence
from random import Random

from hostile.bodies import NUMBERS, STRINGS, body

_BOUNDARIES = (
    *(
        b"x",
        b"-",
        b"--",
        b"----------------",
        b"'()+_,-./:=?",
        b"a b",
        b"\xe9",
        b"a" * 70,
        b"a" * 71,
        b"a" * 20_000,
    ),
    *(b"x;y", b"\x00", b"\r", b'"', b"\\", b"0", b"x ", b"--x--", b"\xff\xfe", b"a\tb", b"%41", b"", b"()"),
)
_FIELDS = (
    *(b"file", b"log_stream_id", b"experiment_id", b"limit", b"starting_token", b"filters", b"sort"),
    *(
        b"required_scorers",
        b"scoreable_node_types",
        b"",
        b"0",
        b"01",
        b"+1",
        b"__proto__",
        b"\xff",
        b"a" * 5000,
    ),
    *(b'a\\"b', b"a%22b", b"a%0d%0ab", "é\u202e".encode(), b"file[]", b"file.0", b"\x00", b"limit "),
)
_TEXTS = (
    *NUMBERS,
    *STRINGS,
    *(
        b"",
        b" ",
        b"null",
        b"true",
        b"None",
        b"\x00",
        b"\xff\xfe",
        b"1",
        b" 1",
        b"1 ",
        "\u0661".encode(),
        b"1,2",
    ),
    *(
        b"[]",
        b"{}",
        b'["a"',
        b'["a",1]',
        b"[" * 300,
        b'[{"type":"id"}]',
        b'[{"type":"number","value":1e400}]',
    ),
    *(
        b'{"column_id":1}',
        b'{"column_id":"a","ascending":"\\ud800"}',
        b"[null]" * 3,
        b"\xef\xbb\xbf[]",
        b"--x",
        b"--x--",
    ),
    *(
        b"00000000-0000-4000-8000-000000000000",
        b"00000000-0000-1000-8000-00000000000",
        b"a" * 50_000,
        b"[NaN]",
    ),
)
_FILENAMES = (
    *(
        b'"a.py"',
        b'""',
        b'"a\\"b.py"',
        b'"a\r\nX: y"',
        b'"\xff"',
        '"é.py"'.encode(),
        b'"../../etc/passwd"',
        b"bare",
    ),
    *(
        b'"' + b"a" * 100_000 + b'"',
        b'"open',
        b'"C:\\\\x\\\\y.py"',
        b'"\x00"',
        b'"a;b=c"',
        b"'q'",
        b'"%00"',
        b'"\n"',
    ),
)
_PART_HEADERS = (
    *(
        b"X: " + b"a" * 100_000,
        b"Content-Type: text/plain; charset=utf-16",
        b"Content-Type: \xff",
        b"X:",
        b":",
        b"no colon",
    ),
    *(
        b"Content-Transfer-Encoding: base64",
        b"Content-Length: 99999999",
        b"\x00: a",
        b"X: \x00",
        b" folded: yes",
        b"X : y",
    ),
    *(
        b"Content-Disposition: form-data; name=second",
        b"Content-Type: multipart/mixed; boundary=x",
        b"A" * 20_000 + b": a",
    ),
    *(
        b"\r\n".join([b"X: y"] * 1000),
        b"Content-Disposition: attachment",
        b"content-disposition:",
        b"X: a\r\n b",
    ),
)
_TYPE_ENDS = (
    *(
        b"; charset=utf-16",
        b"; boundary=other",
        b';boundary="x',
        b"; boundary*=UTF-8''x",
        b"; a=b;;;",
        b";" * 5000,
        b",",
    ),
    *(b"; boundary*0=x; boundary*1=y", b"; \xff=\xff", b'; x="\\', b"; =", b"\x0b", b", application/json"),
)

Form = tuple[bytes, bytes]
"""Content-Type and body."""


def form(random: Random) -> Form:
    """One hostile form."""
    return random.choice(_MAKERS)(random)


def _multipart(boundary: bytes, parts: Sequence[bytes], end: bytes = b"--\r\n") -> Form:
    joined = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return b"multipart/form-data; boundary=" + boundary, joined + b"--" + boundary + end


def _part(name: bytes, content: bytes, filename: bytes | None = None, *headers: bytes) -> bytes:
    disposition = b'Content-Disposition: form-data; name="' + name + b'"'
    if filename is not None:
        disposition += b"; filename=" + filename
    return b"\r\n".join((disposition, *headers)) + b"\r\n\r\n" + content


_FILE = _part(b"file", b"def scorer_fn(**_): return 1", b'"a.py"')


def _fields(random: Random) -> Form:
    """Parts of any name with any content, as text or as file, once or more often."""
    parts = [
        _part(random.choice(_FIELDS), _content(random), random.choice((None, None, None, *_FILENAMES)))
        for _ in range(random.randint(1, 6))
    ]
    return _multipart(b"x", [_FILE, *parts] if random.random() < 0.7 else parts)


def _content(random: Random) -> bytes:
    return body(random)[:50_000] if random.random() < 0.2 else random.choice(_TEXTS)


def _clauses(random: Random) -> Form:
    """Hostile JSON inside the parts that hold JSON."""
    parts = [_part(name, body(random)) for name in (b"filters", b"sort") if random.random() < 0.8]
    return _multipart(b"x", [_FILE, *parts])


def _truncated(random: Random) -> Form:
    content_type, text = _fields(random)
    return content_type, text[: random.randrange(len(text) + 1)]


def _mutated(random: Random) -> Form:
    content_type, text = _multipart(b"x", [_FILE, _part(b"limit", b"1")])
    changed = bytearray(text)
    for _ in range(random.randint(1, 8)):
        place = random.randrange(len(changed))
        changed[place : place + random.randrange(3)] = random.choice(
            (b"\r", b"\n", b"\x00", b"-", b"--x", b'"', b"\xff")
        )
    return content_type, bytes(changed)


def _bounded_oddly(random: Random) -> Form:
    boundary = random.choice(_BOUNDARIES)
    _, text = _multipart(
        boundary, [_FILE], random.choice((b"--\r\n", b"--", b"", b"-", b"--\r\nepilogue", b"--" + b"z" * 999))
    )
    quoted = b'"' + boundary + b'"' if random.random() < 0.5 else boundary
    preamble = random.choice((b"", b"preamble\r\n", b"\r\n\r\n", b"--", b"\x00"))
    return b"multipart/form-data; boundary=" + quoted, preamble + text


def _typed_oddly(random: Random) -> Form:
    content_type, text = _multipart(b"x", [_FILE])
    return content_type + random.choice(_TYPE_ENDS), text


def _many(random: Random) -> Form:
    """Very many parts."""
    count = random.choice((998, 999, 1000, 1001, 5000))
    name = random.choice((b"a", b"limit", b"required_scorers", b"file"))
    return _multipart(b"x", [_FILE] + [_part(name, b"1", random.choice((None, b'"f"')))] * count)


def _headed(random: Random) -> Form:
    """Headers of a part that no sender would write."""
    headers = [random.choice(_PART_HEADERS) for _ in range(random.randint(1, 3))]
    return _multipart(b"x", [_part(b"file", b"code", random.choice(_FILENAMES), *headers)])


def _bare_lines(random: Random) -> Form:
    content_type, text = _multipart(b"x", [_FILE])
    return content_type, text.replace(b"\r\n", random.choice((b"\n", b"\r", b"\r\r\n", b"\n\r")))


def _dashes(random: Random) -> Form:
    """Near misses of the boundary, made to keep a naive search busy."""
    near = random.choice((b"\r\n--", b"\r\n-", b"\r", b"--x", b"\r\n--" + b"x" * 5)) * random.choice(
        (10, 30_000)
    )
    return _multipart(b"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", [_part(b"file", near, b'"a"')])


def _urlencoded(random: Random) -> Form:
    pairs = b"&".join(
        random.choice((b"a=1", b"=", b"%", b"%zz=%0", b"file=x", b"a" * 999, b"\xff=\x00", b"+=+"))
        for _ in range(9)
    )
    return b"application/x-www-form-urlencoded", pairs * random.choice((1, 500))


_MAKERS: Sequence[Callable[[Random], Form]] = (
    *(_fields, _fields, _fields, _clauses, _clauses, _truncated, _truncated, _mutated, _mutated),
    *(
        _bounded_oddly,
        _bounded_oddly,
        _typed_oddly,
        _many,
        _headed,
        _headed,
        _bare_lines,
        _dashes,
        _urlencoded,
    ),
)
