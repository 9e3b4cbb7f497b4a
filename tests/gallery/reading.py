"""Requests read to the letter: JSON, forms, and every fault by the schemas with the facts added.

The schemas are those that FastAPI declares for the twin; the facts (FACTS of the two services) are written
again here by hand, so that a slip in an overlay shows as a difference.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import islice
from typing import Any, NoReturn

import jsonschema_rs
from python_multipart.multipart import MultipartParser, parse_options_header

from fastapi_twin import app as twin
from understudy.types import JSON, Path

_DEEPEST = 256
_MOST_PARTS = 1000
_DIGITS = 400
_MOST_FAULTS = 200
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,399})(?:\.0{1,400})?")
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
_FORM = "Body_validate_code_scorer_log_record_v2_scorers_code_validate_log_record_post"
_MODELS = {"galileo": _FORM, "langsmith": "RunRulesValidateSchema"}
NOT_ALLOWED = "Code evaluators are not allowed."


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: the rule as the contract names it, and where in the data."""

    rule: str
    path: Path
    message: str
    expected: JSON = None


@dataclass(frozen=True, slots=True)
class Read:
    """A request body as it was understood; `data` is None when it was not."""

    data: JSON
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form; `content` is its bytes, `filename` None for a text."""

    name: str
    filename: str | None
    content: bytes


def read(api: str, content_type: str, body: bytes, loads: Callable[[bytes], JSON]) -> Read:
    """The body of a request for one API, with every fault."""
    wanted = {"galileo": "multipart/form-data", "langsmith": "application/json"}[api]
    wrong_type = [] if _essence(content_type) == wanted else [Fault("media-type", (), f"must be {wanted}")]
    try:
        found = _read_rule(body, loads) if api == "langsmith" else _read_form(content_type, body)
    except ValueError as error:
        rule = "json" if api == "langsmith" else "form"
        return Read(None, (*wrong_type, Fault(rule, (), str(error))))
    return Read(found.data, (*wrong_type, *found.faults))


# --- JSON ---------------------------------------------------------------------------------------------


def loads(
    text: bytes, constant: Callable[[str], JSON] | None = None, members: Callable[[Any], JSON] | None = None
) -> JSON:
    """Strict JSON: no NaN, no doubled members, no lone surrogates, no BOM, bounded. Raises ValueError.

    `constant` and `members` read NaN and its kin, and the members of an object, in another way.
    """
    try:
        data = json.loads(
            text.decode(),
            object_pairs_hook=members or _members,
            parse_constant=constant or _refuse,
            parse_float=_number,
            parse_int=_integer,
        )
        json.dumps(data, ensure_ascii=False).encode()
        too_deep = _depth(data) > _DEEPEST
    except RecursionError:
        too_deep = True
    if too_deep:
        raise ValueError("nested too deeply")
    return data


def _members(pairs: list[tuple[str, JSON]]) -> JSON:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a member that comes twice")
    return dict(pairs)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _number(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number out of range")
    return number


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError("a number out of range")
    return int(digits)


def _depth(data: JSON) -> int:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _read_rule(body: bytes, loads: Callable[[bytes], JSON]) -> Read:
    data = loads(body)
    faults = list(_faults(_schema("langsmith"), data))
    if not faults and data.get("code_evaluators"):
        faults.append(Fault("business", ("code_evaluators",), NOT_ALLOWED))
    return Read(data, tuple(faults))


# --- forms --------------------------------------------------------------------------------------------


def _read_form(content_type: str, body: bytes) -> Read:
    data: dict[str, JSON] = {}
    faults: list[Fault] = []
    parts = _parts(content_type, body)
    for name in dict.fromkeys(part.name for part in parts):
        try:
            data[name] = _value(name, [part for part in parts if part.name == name])
        except UnicodeDecodeError:
            faults.append(Fault("text", (name,), "must be text in UTF-8"))
    told = {fault.path for fault in faults}
    broken = [*_faults(_schema("galileo"), data), *_broken_content(data)]
    return Read(data, (*faults, *(fault for fault in broken if fault.path not in told)))


def _parts(content_type: str, body: bytes) -> list[Part]:
    """The parts in order. Raises ValueError when the body cannot be taken apart."""
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise ValueError("no boundary")
    MultipartParser(boundary).write(body)  # raises for what is malformed
    delimiter = re.compile(rb"\r\n--" + re.escape(boundary) + rb"(?=\r\n|--)")
    first, *pieces = delimiter.split(b"\r\n" + body.lstrip(b"\r\n"))
    end = next((number for number, piece in enumerate(pieces) if piece.startswith(b"--")), None)
    if first or end is None or end > _MOST_PARTS:
        raise ValueError("not a whole multipart body")
    return [_part(piece) for piece in pieces[:end]]


def _part(piece: bytes) -> Part:
    head, found, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    lines = [line.partition(b":") for line in head.split(b"\r\n")]
    if not (found and piece.startswith(b"\r\n")) or not all(colon for _, colon, _ in lines):
        raise ValueError("a part without a proper head")
    headers = {name.lower(): value.strip() for name, _, value in lines}
    options = parse_options_header(headers.get(b"content-disposition", b""))[1]
    if b"name" not in options:
        raise ValueError("a part without a name")
    filename = options.get(b"filename")
    return Part(
        options[b"name"].decode(), None if filename is None else filename.decode("utf-8", "replace"), content
    )


def _value(name: str, parts: list[Part]) -> JSON:
    """What a field's parts mean; files are objects, which no other field takes. Raises UnicodeDecodeError."""
    files = [
        {"filename": part.filename, "size": len(part.content), "sha256": sha256(part.content).hexdigest()}
        for part in parts
        if part.filename is not None
    ]
    texts = [part.content.decode() for part in parts if part.filename is None]
    if len(parts) > 1:
        return [*files, *texts]
    return files[0] if files else _scalar(name, texts[0])


def _scalar(name: str, text: str) -> JSON:
    if name == "limit" or (name == "starting_token" and text):
        return int(text.partition(".")[0]) if _INTEGER.fullmatch(text) else text
    if name in _LISTS and text.startswith("["):
        try:
            items = loads(text.encode())
        except ValueError:
            return text
        return items if all(isinstance(item, str) for item in items) else text
    return None if text == "" and name in _NULLABLE else text


_LISTS = ("required_scorers", "scoreable_node_types")
_NULLABLE = ("log_stream_id", "experiment_id", "starting_token", "filters", "sort", *_LISTS)


def _broken_content(data: dict[str, JSON]) -> Iterator[Fault]:
    for name, schema in (("filters", {"type": "array", "items": _FILTER}), ("sort", _SORT)):
        text = data.get(name)
        if isinstance(text, str):
            try:
                fits = _compiled(json.dumps(schema)).is_valid(loads(text.encode()))
            except ValueError:
                fits = False
            if not fits:
                yield Fault("content", (name,), f"not the JSON that {name} wants")


_TEXTS = {"type": ["string", "array"], "items": {"type": "string"}}
_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?([Zz]|[+-]\d{2}(:?\d{2})?)?"
_DATE = {
    "type": "string",
    "pattern": rf"^\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([Tt _]{_TIME})?$",
}
_ORDER = ("eq", "ne", "gt", "gte", "lt", "lte")
_KINDS: dict[str, tuple[tuple[str, ...], JSON, bool]] = {
    "id": (("eq", "ne", "one_of", "not_in", "contains"), _TEXTS, False),
    "date": (_ORDER, _DATE, True),
    "number": ((*_ORDER, "between"), {"type": ["number", "array"], "items": {"type": "number"}}, True),
    "boolean": (("eq", "ne"), {"type": "boolean"}, False),
    "collection": (("eq", "contains", "one_of", "not_in"), _TEXTS, True),
    "text": (("eq", "ne", "contains", "one_of", "not_in"), _TEXTS, True),
}


def _filter(kind: str, operators: tuple[str, ...], value: JSON, wants_operator: bool) -> JSON:
    members = {
        "type": {"const": kind},
        "column_id": {"type": "string"},
        "operator": {"enum": operators},
        "value": value,
    }
    if kind in ("collection", "text"):
        members["case_sensitive"] = {"type": "boolean"}
    required = ["type", "column_id", "value", *(["operator"] if wants_operator else [])]
    return {"type": "object", "required": required, "properties": members}


_FILTER = {"oneOf": [_filter(kind, *rest) for kind, rest in _KINDS.items()]}
_SORT = {
    "type": "object",
    "required": ["column_id"],
    "properties": {
        "column_id": {"type": "string"},
        "ascending": {"type": "boolean"},
        "sort_type": {"const": "column"},
    },
}


# --- schemas ------------------------------------------------------------------------------------------


@cache
def _schema(api: str) -> jsonschema_rs.Draft202012Validator:
    components = twin.openapi()["components"]
    if api == "galileo":
        file = {"type": "object", "required": ["filename"]}
        body = components["schemas"][_FORM]
        body = body | {"properties": body["properties"] | {"file": file}}
        components = {"schemas": {_FORM: body}}
    reference = f"#/components/schemas/{_MODELS[api]}"
    return _compiled(json.dumps({"$ref": reference, "components": components}))


@cache
def _compiled(schema: str) -> jsonschema_rs.Draft202012Validator:
    formats = {"uuid4": lambda text: _UUID4.fullmatch(text) is not None}
    return jsonschema_rs.Draft202012Validator(json.loads(schema), validate_formats=True, formats=formats)


def _faults(validator: jsonschema_rs.Draft202012Validator, data: JSON) -> Iterator[Fault]:
    for error in islice(validator.iter_errors(data), _MOST_FAULTS):
        yield from _leaves(error)


def _leaves(error: Any) -> Iterator[Fault]:
    """The faults behind an error; of alternatives those of the branch whose type fits, else the first."""
    details = error.kind.as_dict()
    if error.kind.name == "anyOf":
        branches = details["context"]
        chosen = next((branch for branch in branches if not _is_of_type(branch, error)), branches[0])
        for inner in chosen:
            yield from _leaves(inner)
        return
    missing = [details["property"]] if error.kind.name == "required" else []
    path = tuple(error.instance_path)
    rule = "file" if path == ("file",) and error.kind.name == "type" else str(error.schema_path[-1])
    yield Fault(rule, (*path, *missing), error.message[:200], details.get("format"))


def _is_of_type(branch: list[Any], outer: Any) -> bool:
    """Whether a branch failed for the type of the whole value."""
    return any(
        error.kind.name == "type" and list(error.instance_path) == list(outer.instance_path)
        for error in branch
    )


def _essence(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
