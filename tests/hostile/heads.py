"""Requests whose harm is in the HTTP itself: lines, headers, lengths, framing."""

from collections.abc import Callable, Iterable, Sequence
from random import Random

from hostile.bodies import VALID
from hostile.lines import ADMIN, LENGTHS, METHODS, NAMES, RULE, SCORER, TARGETS, VALUES
from hostile.wire import Attack

Headers = Sequence[tuple[bytes, bytes]]
HOST: Headers = ((b"Host", b"127.0.0.1"),)
KEYS: Headers = ((b"X-API-Key", b"k"), (b"Galileo-API-Key", b"k"))
JSON: Headers = (*HOST, *KEYS, (b"Content-Type", b"application/json"))


def head(random: Random) -> Attack:
    """One request that plays with HTTP."""
    return random.choice(_MAKERS)(random)


def request(
    method: bytes, target: bytes, headers: Iterable[tuple[bytes, bytes]], content: bytes = b""
) -> bytes:
    """A request as bytes, with the length of its content where it has any."""
    lines = [b"%s %s HTTP/1.1" % (method, target), *(b"%s: %s" % field for field in headers)]
    if content:
        lines.append(b"Content-Length: %d" % len(content))
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


_POST = request(b"POST", RULE, JSON, VALID)


def _lines(random: Random) -> Attack:
    """Odd methods and targets. What is no HTTP must be told so, or answered."""
    method, target = random.choice(METHODS), random.choice(TARGETS)
    content = VALID if random.random() < 0.3 else b""
    data = request(method, target, JSON, content)
    return Attack("request line", data, "half-close", head_only=method == b"HEAD")


def _targets(random: Random) -> Attack:
    target = random.choice(TARGETS[13:])
    data = request(b"GET", target, HOST)
    return Attack("target", data, "wait" if target.startswith(b"/") else "half-close")


def _versions(random: Random) -> Attack:
    version = random.choice(
        (
            b"HTTP/1.0",
            b"HTTP/0.9",
            b"HTTP/2.0",
            b"HTTP/1.2",
            b"HTTP/9.9",
            b"http/1.1",
            b"",
            b"RTSP/1.0",
            b"HTTP/1.1 ",
        )
    )
    return Attack("version", _POST.replace(b"HTTP/1.1", version, 1), "half-close")


def _headers(random: Random) -> Attack:
    """Any header with any value, beside those of a valid request or in their place."""
    odd = [(random.choice(NAMES), random.choice(VALUES)) for _ in range(random.randint(1, 3))]
    kept = random.sample(JSON, random.randint(1, len(JSON)))
    data = request(b"POST", random.choice((RULE, SCORER)), [*kept, *odd], VALID)
    return Attack("headers", data, "half-close")


def _values(random: Random) -> Attack:
    """Values that HTTP allows, in headers that mean something to the server: an answer is due."""
    names = (
        b"Accept",
        b"Authorization",
        b"Prefer",
        b"Origin",
        b"Cookie",
        b"Content-Encoding",
        b"Content-Type",
        b"X-Forwarded-For",
    )
    allowed = [value for value in VALUES if not any(byte < 32 or byte == 127 for byte in value)]
    fields = [(random.choice(names), random.choice(allowed)) for _ in range(3)]
    method = random.choice((b"POST", b"POST", b"GET", b"OPTIONS"))
    return Attack(
        "header values", request(method, random.choice((RULE, SCORER)), [*JSON[:3], *fields], VALID)
    )


def _many_headers(random: Random) -> Attack:
    name = random.choice((b"X-%d", b"X-API-Key", b"Content-Type", b"Accept", b"Cookie", b"Host"))
    count = random.choice((100, 1000, 10_000))
    fields = [(name % number if b"%" in name else name, b"v") for number in range(count)]
    return Attack("many headers", request(b"POST", RULE, [*JSON, *fields], VALID), "half-close")


def _lengths(random: Random) -> Attack:
    """A Content-Length that is none, comes twice, or is too long or too short."""
    lengths = [random.choice((*LENGTHS, b"39", b"41", b"400", b"0")) for _ in range(random.choice((1, 1, 2)))]
    data = request(b"POST", RULE, [*JSON, *((b"Content-Length", length) for length in lengths)]) + VALID
    return Attack("content length", data, "half-close")


def _chunked(random: Random) -> Attack:
    size = random.choice(
        (
            b"28",
            b"028",
            b"28;ext=1",
            b"+28",
            b"-1",
            b"0x28",
            b"zz",
            b"",
            b"ffffffffffffffffff",
            b"28 ",
            b"29",
            b"2",
            b"f" * 9999,
        )
    )
    last = random.choice(
        (
            b"0\r\n\r\n",
            b"0\r\nX: y\r\n\r\n",
            b"0\r\n",
            b"",
            b"0;a\r\n\r\n",
            b"00\r\n\r\n",
            b"0\r\nContent-Length: 5\r\n\r\n",
        )
    )
    coding = random.choice(
        (
            b"chunked",
            b"chunked",
            b"gzip, chunked",
            b"gzip",
            b"chunked, chunked",
            b"identity",
            b"CHUNKED",
            b"\x0bchunked",
        )
    )
    extra = random.choice(((), ((b"Content-Length", b"40"),), ((b"Transfer-Encoding", b"chunked"),)))
    head = request(b"POST", RULE, [*JSON, (b"Transfer-Encoding", coding), *extra])
    return Attack(
        "chunked", head + size + b"\r\n" + VALID + random.choice((b"\r\n", b"\r\n", b"")) + last, "half-close"
    )


def _chunked_finely(random: Random) -> Attack:
    """A valid body in chunks of one byte, trailers included: an answer is due."""
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in VALID + b" " * random.choice((0, 5000)))
    head = request(b"POST", RULE, [*JSON, (b"Transfer-Encoding", b"chunked")])
    return Attack("fine chunks", head + chunks + b"0\r\nTrailer: x\r\n\r\n")


def _pipelined(random: Random) -> Attack:
    """Several requests at once, each of which is due an answer."""
    several = (
        _POST,
        request(b"GET", b"/none", HOST),
        request(b"POST", RULE, HOST),
        request(b"GET", ADMIN + b"health", HOST),
    )
    count = random.choice((2, 5, 20))
    return Attack("pipeline", b"".join(random.choice(several) for _ in range(count)), answers=count)


def _pipelined_junk(random: Random) -> Attack:
    """Something that is no HTTP behind a whole request."""
    return Attack("junk behind", _POST + random.randbytes(random.choice((1, 50, 5000))), "half-close")


def _expecting(random: Random) -> Attack:
    expectation = random.choice((b"100-continue", b"100-Continue", b"200-ok", b"", b"100-continue, x"))
    body, ending = random.choice(((VALID, "wait"), (b"", "half-close")))
    head = request(b"POST", RULE, [*JSON, (b"Expect", expectation), (b"Content-Length", b"40")])
    return Attack("expect", head + body, "wait" if ending == "wait" else "half-close")


def _upgrading(random: Random) -> Attack:
    """Other protocols asked for: to be declined, whatever is installed beside the server."""
    protocol = random.choice((b"websocket", b"h2c", b"TLS/1.0", b"\xff"))
    fields = [(b"Connection", random.choice((b"Upgrade", b"upgrade, keep-alive"))), (b"Upgrade", protocol)]
    fields += [(b"Sec-WebSocket-Version", b"13"), (b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ==")]
    method, content = random.choice(((b"GET", b""), (b"POST", VALID)))
    target = random.choice((RULE, b"/none", ADMIN + b"health"))
    return Attack("upgrade", request(method, target, [*JSON, *fields], content), "half-close")


def _admin(random: Random) -> Attack:
    """The admin API asked by odd hosts, from odd origins, with bodies that nobody wants."""
    hosts = (
        b"127.0.0.1",
        b"localhost:x",
        b"[::1]",
        b"[",
        b"[::1",
        b"",
        b"a@127.0.0.1",
        b"\xff",
        b"0x7f.1",
        b"127.0.0.1:99999",
        b"[::1%25]",
    )
    origins = (
        b"null",
        b"http://127.0.0.1",
        b"http://[",
        b"[",
        b"\xff",
        b"http://a:b@127.0.0.1",
        b"//",
        b"http://127.0.0.1:999999",
    )
    names = (b"health", b"operations", b"reset", b"", b"none", b"../x", b"a" * 9999, b"health/", b"%00")
    fields = [(b"Host", random.choice(hosts)), (b"Origin", random.choice(origins))][
        : random.choice((1, 2, 2))
    ]
    method = random.choice((b"GET", b"POST", b"DELETE", b"OPTIONS", b"PUT"))
    return Attack("admin", request(method, ADMIN + random.choice(names), fields, random.choice((b"", VALID))))


def _preflight(random: Random) -> Attack:
    asked = random.choice((b"POST", b"BREW", b"", b"\xff", b"a" * 9999))
    names = random.choice((b"x-api-key", b"\xff", b"," * 9999, b"a\tb", b""))
    fields = [(b"Origin", random.choice((b"http://a", b"null", b"\xff", b"", b"a, b")))]
    fields += [(b"Access-Control-Request-Method", asked), (b"Access-Control-Request-Headers", names)]
    return Attack("preflight", request(b"OPTIONS", random.choice((RULE, b"/none", b"/")), [*HOST, *fields]))


def _gone(random: Random) -> Attack:
    """A client that goes away in the middle, or without waiting for its answer."""
    data = (
        _POST
        if random.random() < 0.5
        else request(b"POST", RULE, [*JSON, (b"Content-Length", b"5000000")]) + b" " * 100_000
    )
    return Attack("gone", data[: random.randrange(len(data) + 1)], "vanish")


def _noise(random: Random) -> Attack:
    """Bytes from nowhere."""
    return Attack("noise", random.randbytes(random.choice((1, 20, 2000))) + b"\r\n\r\n", "half-close")


def _mutated(random: Random) -> Attack:
    data = bytearray(_POST)
    for _ in range(random.randint(1, 5)):
        place = random.randrange(len(data))
        data[place : place + random.randrange(3)] = random.choice(
            (b"\r", b"\n", b"\x00", b":", b" ", b"\xff", b"\t", b"%")
        )
    return Attack("mutated", bytes(data), "half-close")


def _too_large(random: Random) -> Attack:
    """More than the server takes: 413 after all of it, whether or not the length was announced."""
    content = b" " * (11 * 1024 * 1024)
    if random.random() < 0.5:
        return Attack("too large", request(b"POST", RULE, JSON, content))
    head = request(b"POST", RULE, [*JSON, (b"Transfer-Encoding", b"chunked")])
    return Attack("too large", head + b"%x\r\n" % len(content) + content + b"\r\n0\r\n\r\n")


_MAKERS: Sequence[Callable[[Random], Attack]] = (
    *(
        _lines,
        _lines,
        _targets,
        _versions,
        _headers,
        _headers,
        _values,
        _values,
        _many_headers,
        _lengths,
        _lengths,
    ),
    *(
        _chunked,
        _chunked,
        _chunked_finely,
        _pipelined,
        _pipelined_junk,
        _expecting,
        _upgrading,
        _admin,
        _admin,
    ),
    *(_preflight, _gone, _gone, _noise, _mutated, _mutated),
)
RARE = _too_large
