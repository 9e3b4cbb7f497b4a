"""Reading files: what a text means, where its parts stand, and what is refused at which line."""

import json
import os
from pathlib import Path

import pytest

from reference import ABSENT, DOCUMENTS
from understudy.contract.reading import Source, read
from understudy.contract.reading.faults import MAX_BYTES, MAX_DEPTH, MAX_NODES
from understudy.errors import DocumentError

REPEATED = {"stripe-2022.yaml": (("description", 20725),)}
"""The keys that stand twice in an object of a document of the corpus, and the line of the second."""


def load(tmp_path, text, name="document.yaml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


def refusal(tmp_path, text, name="document.yaml"):
    """The message of the error, the file's folder left out."""
    with pytest.raises(DocumentError) as caught:
        load(tmp_path, text, name)
    return str(caught.value).replace(f"{tmp_path}{os.sep}", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("NO", "NO"), ("on", "on"), ("yes", "yes"), ("y", "y"), ("tRUE", "tRUE"),
        ("12:30:00", "12:30:00"), ("2020-01-01", "2020-01-01"), ("2001-12-14t21:59:43.10-05:00",) * 2,
        ("1_000", "1_000"), ("0b11", "0b11"), ("0o8", "0o8"), ("0xg", "0xg"), ("1.2.3", "1.2.3"), ("=", "="),
        ("+", "+"), ("-.", "-."), ("1e", "1e"), ("\u0661", "\u0661"), ("<<", "<<"), ("nUll", "nUll"),
        ("'1'", "1"), ('"true"', "true"), ("|-\n  1", "1"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("NULL", None),
        ("1", 1), ("-17", -17), ("+3", 3), ("0o17", 15), ("0xFF", 255), ("0777", 777), ("00", 0),
        ("3.1", 3.1), ("1.", 1.0), (".5", 0.5), ("1e3", 1000.0), ("-1.5E-2", -0.015), ("6.0", 6.0),
        ("!!str 12", "12"), ("! 12", "12"), ('!!int "3"', 3), ("!!float 3", 3), ('!!bool "true"', True),
        ('!!null ""', None), ("!!seq [1]", [1]), ("!!map {a: 1}", {"a": 1}),
    ],
)  # fmt: skip
def test_a_yaml_value_means_what_the_core_schema_says(tmp_path, text, value):
    """Only null, true, false, integers and floats are resolved; every other plain scalar is a string."""
    root, _ = load(tmp_path, f"value: {text}\n")
    assert root == {"value": value}
    assert type(root["value"]) is type(value)


def test_keys_are_strings_as_they_are_written(tmp_path):
    """A key that would be a number, a boolean or null as a value keeps its text."""
    root, _ = load(tmp_path, "200: a\ntrue: b\n3.10: c\n~: d\n0x10: e\n'4': f\n? g\n: h\n")
    assert root == {"200": "a", "true": "b", "3.10": "c", "~": "d", "0x10": "e", "4": "f", "g": "h"}


def test_aliases_and_merge_keys_are_written_out(tmp_path):
    """An own member outranks a merged one, and an earlier merged object a later one."""
    text = (
        "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {z: 3, <<: [*a, *b]}\nd: {<<: *a}\ne: [*a]\nf: {'<<': *a}"
    )
    root, _ = load(tmp_path, text)
    assert root["c"] == {"x": 1, "y": 1, "z": 3}
    assert root["d"] == {"x": 1, "y": 1}
    assert root["e"] == [{"x": 1, "y": 1}]
    assert root["f"] == {"<<": {"x": 1, "y": 1}}


def test_an_anchor_may_be_set_anew(tmp_path):
    """An alias means the last anchor of its name before it, scalar or key."""
    root, _ = load(tmp_path, "- &a 1\n- *a\n- &a 2\n- *a\n- {&k key: *a}\n- *k\n")
    assert root == [1, 1, 2, 2, {"key": 2}, "key"]


def test_surrogate_escapes_become_one_character_in_both_syntaxes(tmp_path):
    r"""`\ud83d\ude00` is one character where escapes are read, and its twelve characters elsewhere."""
    pair = r"\uD83D\ude00"
    root, _ = load(tmp_path, f'{{"a": "x{pair}", "b": "\\{pair[0:6]}"}}', "a.json")
    assert root == {"a": "x\U0001f600", "b": r"\uD83D"}
    text = (
        f'a: "x{pair} \\\\ud83d"\nb: \'{pair}\'\nc: {pair}\nd: |-\n  "{pair}"\n"{pair}": [\n"\\U0001F600"]\n'
    )
    root, source = load(tmp_path, text)
    assert root["a"] == "x\U0001f600 \\ud83d"
    assert [root["b"], root["c"], root["d"]] == [pair, pair, f'"{pair}"']
    assert root["\U0001f600"] == ["\U0001f600"]
    assert (source.line("/d"), source.line("/\U0001f600"), source.line("/\U0001f600/0")) == (4, 6, 7)


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a"])
def test_content_decides_between_json_and_yaml(tmp_path, name):
    """The suffix does not matter where the text is plainly one or the other; a byte order mark is dropped."""
    root, source = load(tmp_path, b'\xef\xbb\xbf \n{"a": [1, 2.5, "\\u00e9", null]}', name)
    assert (root, source.syntax) == ({"a": [1, 2.5, "é", None]}, "json")
    assert load(tmp_path, b"\xef\xbb\xbfa: \xc3\xa9\n", name)[0] == {"a": "é"}


def test_a_flow_mapping_that_is_not_json_is_yaml(tmp_path):
    """Text that starts like JSON gets a second reading as YAML, unless the file's name says JSON."""
    root, source = load(tmp_path, "{a: 1,\n b: [x,\n y]}")
    assert root == {"a": 1, "b": ["x", "y"]}
    assert source.line("/b/1") == 3
    assert refusal(tmp_path, '{"a": 1,\n}', "a.json").startswith("a.json:2: not JSON: ")


YAML = """\
openapi: 3.1.0
paths:
  /a~b:
    get: &get
      tags:
        - one
        -
          name: two
  "quoted": {x: 1,
    y: 2}
  again: *get
  merged:
    <<: *get
    own: 1
"""
JSON = """\
{
  "openapi": "3.1.0", "paths": {
    "/a~b": {"get": {"tags": ["one", {
      "name": "\\"two}"
    }]}},
    "qu\\u006fted": {"x": 1,
      "y": 2}
  }
}
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            YAML,
            {
                "": 1, "/openapi": 1, "/paths": 2, "/paths/~1a~0b": 3, "/paths/~1a~0b/get": 4,
                "/paths/~1a~0b/get/tags/0": 6, "/paths/~1a~0b/get/tags/1": 8,
                "/paths/~1a~0b/get/tags/1/name": 8, "/paths/quoted/x": 9, "/paths/quoted/y": 10,
                "/paths/again/tags/0": 11, "/paths/merged/tags": 12,
                "/paths/merged/own": 14, "/paths/none/of/this": 2, "/none": 1,
            },
        ),
        (
            JSON,
            {
                "": 1, "/openapi": 2, "/paths": 2, "/paths/~1a~0b": 3, "/paths/~1a~0b/get/tags/0": 3,
                "/paths/~1a~0b/get/tags/1": 3, "/paths/~1a~0b/get/tags/1/name": 4, "/paths/quoted": 6,
                "/paths/quoted/y": 7, "/paths/quoted/y/z": 7, "/paths/~1a~0b/get/tags/2": 3,
            },
        ),
    ],
)  # fmt: skip
def test_a_pointer_has_the_line_of_its_key_or_item(tmp_path, text, lines):
    """What is absent, or comes by an alias, has the line of the nearest ancestor that is written there."""
    _, source = load(tmp_path, text, "a")
    assert {pointer: source.line(pointer) for pointer in lines} == lines


def test_lines_are_counted_as_editors_count_them(tmp_path):
    """Carriage returns, Unicode line separators and long characters do not move the count."""
    _, source = load(tmp_path, "a: 'x\u2028y\u0085é😀'\r\nb: 1\r\n")
    assert source.line("/b") == 2


def test_an_empty_source_has_no_lines():
    """A source without text answers None, not an error."""
    assert Source("none", "").line("/a") is None


def test_loading_does_not_look_for_lines(tmp_path):
    """Positions are found at the first question, and kept for the next."""
    _, source = load(tmp_path, YAML)
    assert "_lines" not in vars(source)
    source.line("/paths")
    assert vars(source)["_lines"]["/paths"] == 2


def test_a_source_is_named_as_the_user_named_the_file(tmp_path, monkeypatch):
    """Relative paths stay relative in every message."""
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("a: 1")
    assert read(Path("a.yaml"))[1].name == "a.yaml"


@pytest.mark.parametrize(
    ("name", "text", "value", "told"),
    [
        ("a.yaml", "b:\n  c: 1\n  d: 2\n  c: 3\n", {"b": {"c": 3, "d": 2}}, ["4.c"]),
        ("a.yaml", "200: 1\n'200': 2\n200: 3", {"200": 3}, ["2.200", "3.200"]),
        ("a.yaml", "{a: {b: 1},\n a: {b: 2,\n b: 3}}", {"a": {"b": 3}}, ["2.a", "3.b"]),
        ("a.yaml", "a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a\n  x: 2", {"a": {"x": 1}, "b": {"x": 2}}, []),
        ("a.yaml", "'\\ud83d': 1\n\"\\ud83d\\ude00\": 2\n😀: 3", {"\\ud83d": 1, "😀": 3}, ["3.😀"]),
        ("a.json", '{"a~": {"c": 1},\n "a~": {"c": 1,\n "c": 2}}', {"a~": {"c": 2}}, ["2.a~", "3.c"]),
        ("a.json", '[{},\n {"c": 1,\n "\\u0063": 2}]', [{}, {"c": 2}], ["3.c"]),
        ("a.json", '{"": [{"": 1}, {"": 1,\n\n "": 2}]}', {"": [{"": 1}, {"": 2}]}, ["3."]),
        ("a.json", '{"a": {"b": 1}, "c": {"b": 1}}', {"a": {"b": 1}, "c": {"b": 1}}, []),
    ],
)  # fmt: skip
def test_the_last_of_two_equal_keys_counts_and_a_warning_says_so(tmp_path, name, text, value, told):
    """A slip of an author is no reason not to serve a document: published ones have it (Stripe's of 2022).

    RFC 8259, section 4, leaves open what it means, and nearly every parser takes the last.
    """
    root, source = load(tmp_path, text, name)
    assert root == value
    assert [f"{line}.{key}" for key, line in source.duplicates] == told
    assert list(source.warnings) == [
        f"{tmp_path / name}:{line}: duplicate key {key!r}, the last one counts"
        for key, line in source.duplicates
    ]


def test_the_lines_below_a_repeated_key_are_those_of_the_last(tmp_path):
    """A pointer has the line of the value that counts."""
    _, source = load(tmp_path, "a: {b: 1}\na:\n  b: 2\n")
    assert (source.line("/a"), source.line("/a/b")) == (2, 3)


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2,\n "b": NaN}', '{"a": 1, "a": ' + "[\n" * 600 + "]" * 600 + "}"]
)
def test_a_repeated_key_hides_no_fault(tmp_path, text):
    """The bounds hold for a text that is read a second time."""
    assert "not a number" in refusal(tmp_path, text, "a.json") or "deeper" in refusal(
        tmp_path, text, "a.json"
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", '["NaN",\n NaN]', "a.json:2: NaN is not a number that can be held"),
        ("a.json", '[1,\n -Infinity]', "a.json:2: -Infinity is not a number that can be held"),
        ("a.json", '[1,\n\n 1e999]', "a.json:3: 1e999 is not a number that can be held"),
        ("a.json", "[1,\n" + "9" * 5000 + "]", f"a.json:2: {'9' * 40}... is not a number that can be held"),
        ("a.yaml", '{"a":\n NaN}', "a.yaml:2: NaN is not a number that can be held"),
        ("a.yaml", "a: 1\nb: .inf\n", "a.yaml:2: .inf is not a number that can be held"),
        ("a.yaml", "a: 1\nb: .NaN\n", "a.yaml:2: .NaN is not a number that can be held"),
        ("a.yaml", "a:\n  " + "9" * 5000, f"a.yaml:2: {'9' * 40}... is not a number that can be held"),
        ("a.json", '{"a": "x",\n "b": "\\\\\\ud83d"}', "a.json:2: \\ud83d is half of a character"),
        ("a.json", '{"a": "\\udE00\\ud83d"}', "a.json:1: \\udE00 is half of a character"),
        ("a.yaml", 'a: 1\nb: "\\ud83d"\n', "a.yaml:2: "),
        ("a.yaml", "a: 1\nb: !!python/object:x y", "a.yaml:2: the tag tag:yaml.org,2002:python/object:x on"),
        ("a.yaml", "a: 1\nb: !foo {c: 1}", "a.yaml:2: the tag !foo is not JSON"),
        ("a.yaml", "a: 1\nb:\n- !!set [c]", "a.yaml:3: the tag tag:yaml.org,2002:set is not JSON"),
        ("a.yaml", "a: 1\nb: !!int x", "a.yaml:2: the tag tag:yaml.org,2002:int on 'x' is not JSON"),
        ("a.yaml", "a: 1\n!foo b: 2", "a.yaml:2: a key with the tag !foo"),
        ("a.yaml", "a: 1\n? [b]\n: 2", "a.yaml:2: a key that is not a string"),
        ("a.yaml", "a: &a b\n*a : 2", "a.yaml:2: a key that is an alias"),
        ("a.yaml", "a: 1\nb: *c\nc: &c 1", "a.yaml:2: *c stands before what it names"),
        ("a.yaml", "a: &a\n  b: [*a]", "a.yaml:2: *a stands inside what it names"),
        ("a.yaml", "- &a 1\n- &a [*a]", "a.yaml:2: *a stands inside what it names"),
        ("a.yaml", "a: 1\n<<: 2", "a.yaml:2: << takes an object or an array of objects"),
        ("a.yaml", "a: 1\n<<: [{}, 2]", "a.yaml:2: << takes an object or an array of objects"),
        ("a.yaml", "a: 1\n---\nb: 2", "a.yaml:2: more than one document"),
        ("a.yaml", "a: 1\n  b: 2", "a.yaml:2: not YAML: mapping values are not allowed"),
        ("a.yaml", "a: [1,\n", "a.yaml:2: not YAML: "),
        ("a.yaml", "a: 1\nb: \x01", "a.yaml:2: not text: holds '\\x01'"),
        ("a.yaml", "", "a.yaml: empty"),
        ("a.json", " \n ", "a.json: empty"),
        ("a.yaml", "# only a comment\n", "a.yaml: empty"),
        ("a.yaml", "--- \n", "a.yaml: empty"),
        ("a.yaml", "just words", "a.yaml:1: neither an object nor an array"),
        ("a.json", "42", "a.json:1: neither an object nor an array"),
        ("a.json", '{"a": 1,\n "b": tru}', "a.json:2: not JSON: Expecting value"),
        ("a.yaml", b"a: 1\nb: \xe9\n", "a.yaml:2: not UTF-8 text"),
        ("a.yaml", "a: é\n".encode("utf-16"), "a.yaml:1: not UTF-8 text"),
        ("a.yaml", b"\x00\x01\x02", "a.yaml:1: not text: holds '\\x00'"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00", "a.png:1: not UTF-8 text"),
    ],
)  # fmt: skip
def test_a_faulty_text_is_refused_at_its_line(tmp_path, name, text, message):
    """One line says the file, the line and the fault."""
    told = refusal(tmp_path, text, name)
    assert told.startswith(message)
    assert "\n" not in told


def test_what_cannot_be_opened_is_one_plain_error(tmp_path):
    """A directory and a missing file are named with the system's own reason."""
    (tmp_path / "folder.yaml").mkdir()
    for name, reason in (("folder.yaml", "Is a directory"), ("none.yaml", "No such file or directory")):
        with pytest.raises(DocumentError, match=f"{name}: cannot be read: {reason}$"):
            read(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_one_plain_error(tmp_path):
    """An unreadable file is named with the system's own reason."""
    path = tmp_path / "secret.yaml"
    path.write_text("a: 1")
    path.chmod(0)
    with pytest.raises(DocumentError, match=r"secret\.yaml: cannot be read: Permission denied$"):
        read(path)


def test_a_file_beyond_the_limit_is_refused(tmp_path):
    """The limit holds for the bytes read; a sparse file costs the test nothing."""
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(DocumentError, match=f"a.yaml: larger than {MAX_BYTES} bytes$"):
        read(path)


@pytest.mark.parametrize(("opening", "closing"), [("[\n", "]"), ('{"a":\n', "}")])
@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_depth_is_bounded(tmp_path, name, opening, closing):
    """Five hundred levels are read, in either syntax; one more, or a hundred thousand, is refused by line."""
    comment = "" if name == "a.json" else "#\n"
    core = "1" if closing == "}" else ""

    def nested(depth):
        return comment + opening * depth + core + closing * depth

    load(tmp_path, nested(MAX_DEPTH), name)
    for depth in (MAX_DEPTH + 1, 100_000):
        line = MAX_DEPTH + 1 + len(comment) // 2
        assert (
            refusal(tmp_path, nested(depth), name) == f"{name}:{line}: nested deeper than {MAX_DEPTH} levels"
        )


def test_aliases_count_towards_the_depth(tmp_path):
    """A chain of aliases cannot build what plain nesting may not."""
    half, rest = "[" * 300 + "]" * 300, "[" * 250 + "*a" + "]" * 250
    told = refusal(tmp_path, f"- &a {half}\n- {rest}\n")
    assert told == f"document.yaml:2: nested deeper than {MAX_DEPTH} levels"


@pytest.mark.parametrize("link", ["[*b{0}, *b{0}, *b{0}]", "{{x: *b{0}, y: *b{0}}}"])
def test_an_alias_bomb_is_refused_at_once(tmp_path, link):
    """What aliases expand to is counted, not walked: walking this would not end."""
    bomb = ["- &b0 {a: x}", *(f"- &b{level} {link.format(level - 1)}" for level in range(1, 100))]
    told = refusal(tmp_path, "\n".join(bomb))
    assert f"more than {MAX_NODES} values once its aliases are written out" in told


def test_many_small_aliases_are_no_bomb(tmp_path):
    """Sharing is fine as long as it stays small when written out."""
    root, _ = load(tmp_path, "- &a {x: 1}\n" + "- *a\n" * 1000)
    assert root == [{"x": 1}] * 1001


@pytest.mark.skipif(not DOCUMENTS, reason=ABSENT)
@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_every_document_of_the_corpus_is_read(path):
    """Every one loads, JSON as the standard parser does; repeated keys are told, members have lines."""
    root, source = read(path)
    assert source.duplicates == REPEATED.get(path.name, ())
    if source.syntax == "json":
        assert root == json.loads(source.text)
    assert all(source.line(f"/{key}") for key in root)
