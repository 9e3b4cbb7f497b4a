"""JSON bodies that mean harm, for an operation that takes a rule with evaluators."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from hostile.schemas import schema

VALID = b'{"display_name":"a","sampling_rate":0.5}'

NUMBERS = (
    *(b"1e400", b"-1e400", b"-0", b"-0.0", b"1e-400", b"0x10", b"01", b"+1", b"1.", b".5", b"2.5", b"1E+2"),
    *(b"NaN", b"Infinity", b"-Infinity", b"1e99999999999", b"1e-99999999999", b"1_000", b"9007199254740993"),
    *(b"9223372036854775808", b"-9223372036854775809", b"18446744073709551616", b"1.7976931348623157e308"),
    *(b"9" * 400, b"9" * 401, b"-" + b"9" * 5000, b"0." + b"0" * 4000 + b"1", b"1" + b"0" * 308, b"4.9e-324"),
)
STRINGS = (
    *(
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\\ud83d\\ude00"',
        b'"\xed\xa0\x80"',
        b'"\xff\xfe"',
        b'"\xc0\xaf"',
    ),
    *(b'"\x00"', b'"\\u0000"', b'"\x1b[31m"', b'"\\x41"', b'"\\u12"', b'"open', b'"\n"', b'"\\', b"'a'"),
    *(
        b'"' + b"a" * 100_000 + b'"',
        '"\u202e\ufeff\u2028"'.encode(),
        b'"\xf4\x90\x80\x80"',
        b'""',
        b'"thread_id"',
    ),
    *(b'"2024-02-30T25:61:61Z"', b'"00000000-0000-0000-0000-000000000000"', b'"http://["', b'"\\\\" * 9'),
)
OTHERS = (
    *(b"null", b"tru", b"nulll", b"[]", b"{}", b"{]", b"[,]", b'{"a":1,}', b"", b" ", b"\xef\xbb\xbf{}"),
    *(b'{"a":1,"a":2}', b"/**/{}", b"{}{}", b"[[]", b'{"a"}', b"{1:2}", b"true", b"\x00", b"[1e400]"),
)
NAMES = (
    *("", "0", "1", "01", "+1", "-1", "1e3", "1.0", " 1", "\u0663", "\u00b2", "__proto__", "constructor"),
    *(
        "toString",
        "$ref",
        "$id",
        "/",
        "~",
        "~1",
        "a/b",
        "%41",
        ".",
        "..",
        "[0]",
        " ",
        "\x00",
        "\x7f",
        "\U0001f600",
    ),
    *(
        "a" * 2000,
        "display_name",
        "hasOwnProperty",
        "\u202e",
        "é",
        "e\u0301",
        "a\nb",
        '"',
        "\\",
        "{x}",
        "#",
        "?",
    ),
)
RULE = (
    *("display_name", "session_id", "is_enabled", "sampling_rate", "filter", "backfill_from", "evaluators"),
    *("num_few_shot_examples", "code_evaluators", "alerts", "webhooks", "evaluator_version", "group_by"),
    *("spend_limit", "test_inputs", "test_outputs", "test_reference_outputs", "test_attachments"),
)
_LISTS = ("evaluators", "alerts", "webhooks", "code_evaluators")
_CODECS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "latin-1", "cp037", "utf-8-sig", "cp1252")


def body(random: Random) -> bytes:
    """One hostile JSON text, or one that is harmless up to a single place."""
    return random.choice(_MAKERS)(random)


def _token(random: Random) -> bytes:
    return random.choice(random.choice((NUMBERS, STRINGS, OTHERS)))


def _with(**members: Any) -> bytes:
    return json.dumps({"display_name": "a", "sampling_rate": 0.5, **members}).encode()


def _raw_members(random: Random) -> bytes:
    """A rule whose members are arbitrary tokens, well-formed or not."""
    names = random.sample(RULE, random.randint(1, 4))
    pairs = [b'"%s":%s' % (name.encode(), _token(random)) for name in names]
    return VALID[: -1 if random.random() < 0.7 else -2] + b"," + b",".join(pairs) + b"}"


def _bare_token(random: Random) -> bytes:
    return _token(random)


def _mutated(random: Random) -> bytes:
    """A rule with bytes changed, added and taken away."""
    text = bytearray(_evaluators(random) if random.random() < 0.5 else VALID)
    for _ in range(random.randint(1, 6)):
        place = random.randrange(len(text)) if text else 0
        match random.randrange(3):
            case 0:
                text[place : place + 1] = bytes((random.randrange(256),))
            case 1:
                text[place:place] = bytes(
                    (random.choice((0, 9, 11, 27, 34, 44, 58, 91, 92, 123, 127, 239, 255)),)
                )
            case _:
                del text[place : place + random.randint(1, 8)]
    return bytes(text)


def _deep(random: Random) -> bytes:
    """Nesting up to what no stack bears, closed or not, at the top or inside."""
    depth = random.choice((100, 255, 256, 257, 1000, 20_000, 200_000))
    opening, closing = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'[{"":', b"}]")))
    nest = (
        opening * depth + random.choice((b"1", b"", b'"[{"')) + closing * random.choice((depth, depth, 0, 1))
    )
    return nest if random.random() < 0.5 else VALID[:-1] + b',"test_inputs":{"a":' + nest + b"}}"


def _encoded(random: Random) -> bytes:
    """JSON in an encoding that JSON does not have."""
    text = '{"display_name":"é\u20ac","sampling_rate":0.5}'
    raw = text.encode(random.choice(_CODECS), "replace")
    return random.choice((b"", b"\xff\xfe", b"\xfe\xff", b"\x00")) + raw


def _named(random: Random) -> bytes:
    """Names that look like numbers, pointers or methods, in every map there is."""
    strange: dict[str, Any] = {
        name: random.choice((1, "a", None, [], {"": {"0": 1}})) for name in random.sample(NAMES, 6)
    }
    texts = {name: str(value) for name, value in strange.items()}
    structured = {"variable_mapping": random.choice((texts, strange)), "schema": {"properties": strange}}
    return _with(
        test_inputs=strange,
        test_outputs={random.choice(NAMES): strange},
        evaluators=[{"structured": structured}, {random.choice(NAMES): 1}],
        webhooks=[{"url": "x", "headers": strange}],
        **{random.choice(NAMES): 1},
    )


def _wrong_items(random: Random) -> bytes:
    """A list of very many wrong items."""
    count = random.choice((1, 2, 499, 500, 501, 3000, 20_000))
    item = random.choice(
        (b"1", b"null", b"{}", b'{"structured":1}', b'{"structured":{"prompt":[[]]}}', b"[[]]")
    )
    name = random.choice(_LISTS).encode()
    return VALID[:-1] + b',"' + name + b'":[' + b",".join([item] * count) + b"]}"


def _evaluators(random: Random) -> bytes:
    """Evaluators whose schemas contradict themselves, recurse, or ask for the impossible."""
    count = random.choice((1, 1, 1, 2, 5))
    evaluators = [{"structured": {"schema": schema(random)}} for _ in range(count)]
    return _with(evaluators=evaluators)


def _prompts(random: Random) -> bytes:
    """Templates and paths made to keep a naive scanner busy."""
    bomb = random.choice(
        ("{" * 50_000, "{{" * 20_000, "{a" * 20_000, "{a[" * 9999, "{{#a" * 9999, "}" * 9999)
    )
    path = random.choice(
        ("input" + ".a" * 20_000, "input" + "[0]" * 9999, "..", "", "[[[[", "input.0", "a" * 50_000)
    )
    structured = {
        "prompt": [["system", bomb], ["user", "{x} {{y}} {" + path[:50] + "}"]],
        "template_format": random.choice((None, "f-string", "mustache", "\x00", "jinja2")),
        "variable_mapping": random.choice((None, {"v": path}, dict.fromkeys(NAMES, path[:200]))),
    }
    return _with(evaluators=[{"structured": structured}], test_inputs={"a": ["x" * 1000], "0": {"0": 0}})


def _amplified(random: Random) -> bytes:
    """A few bytes of request that ask for very many of reply."""
    value = "x" * random.choice((10, 1000, 50_000))
    mapping = {f"v{number}": "input.a" for number in range(random.choice((10, 300, 1000)))}
    return _with(evaluators=[{"structured": {"variable_mapping": mapping}}], test_inputs={"a": value})


_MAKERS: Sequence[Callable[[Random], bytes]] = (
    *(_raw_members, _raw_members, _bare_token, _mutated, _mutated, _deep, _encoded, _named, _named),
    *(_wrong_items, _evaluators, _evaluators, _evaluators, _prompts, _amplified),
)
