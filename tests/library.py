"""A small API without stubs, whose state is inferred: shelves with books, and a client of it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asgi import send
from documents import document, written
from understudy.run import Play, build, create_app
from understudy.serve.options import ServeOptions
from understudy.types import JSON, Request, Response


def _object(required: tuple[str, ...] = (), **properties: JSON) -> dict[str, JSON]:
    return {"type": "object", "required": list(required), "properties": properties}


def _json(schema: JSON, **more: JSON) -> dict[str, JSON]:
    return {"description": "ok", "content": {"application/json": {"schema": schema}}, **more}


def _takes(schema: JSON, media_type: str = "application/json") -> dict[str, JSON]:
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def _in(place: str, name: str, schema: JSON) -> dict[str, JSON]:
    return {"in": place, "name": name, "schema": schema, "required": place == "path"}


STRING, INTEGER = {"type": "string"}, {"type": "integer"}
PROBLEM = _json(_object(("error",), error=_object(("message",), message=STRING)))
GONE = {"204": {"description": "gone"}, "404": PROBLEM}
LOCATION = {"headers": {"Location": {"required": True, "schema": STRING}}}

SHELF = _object(
    ("id", "room", "created_at"),
    id=INTEGER,
    room=STRING,
    label={"type": ["string", "null"]},
    light=_object(("on",), on={"type": "boolean"}, level=INTEGER, pin={"type": "string", "writeOnly": True}),
    floor={"type": "integer", "default": 1},
    created_at={"type": "string", "format": "date-time"},
)
NEW_SHELF = _object(
    ("room",),
    room=STRING,
    label={"type": ["string", "null"]},
    light=_object(level=INTEGER, pin=STRING),
    floor={"type": "integer", "default": 1},
    code={"type": "string", "writeOnly": True},
)
SHELVES = _object(
    ("shelves",),
    shelves={"type": "array", "items": SHELF},
    total=INTEGER,
    has_more={"type": "boolean"},
    next={"type": ["string", "null"]},
)
BOOK = _object(
    ("uuid", "title"),
    uuid={"type": "string", "format": "uuid"},
    title=STRING,
    lent={"type": "boolean"},
    secret={"type": "string", "writeOnly": True},
)
TAG = _object(("name",), name=STRING, colour={"enum": ["red", "blue"]})
NOTE = _object((), id={"type": "integer", "readOnly": True}, text=STRING)

PATHS = {
    "/shelves": {
        "get": {
            "parameters": [
                _in("query", "limit", {"type": "integer", "default": 10, "maximum": 100}),
                _in("query", "offset", INTEGER),
                _in("query", "room", STRING),
            ],
            "responses": {"200": _json(SHELVES)},
        },
        "post": {**_takes(NEW_SHELF), "responses": {"201": _json(SHELF, **LOCATION)}},
    },
    "/shelves/{shelf_id}": {
        "parameters": [_in("path", "shelf_id", INTEGER)],
        "get": {"responses": {"200": _json(SHELF), "404": PROBLEM}},
        "put": {**_takes(NEW_SHELF), "responses": {"200": _json(SHELF), "404": PROBLEM}},
        "patch": {
            **_takes(_object(room=STRING, label={"type": ["string", "null"]}, light=_object(level=INTEGER))),
            "responses": {"200": _json(SHELF), "404": PROBLEM},
        },
        "delete": {"responses": GONE},
    },
    "/shelves/{shelf}/books": {
        "parameters": [_in("path", "shelf", INTEGER)],
        "get": {
            "parameters": [
                _in("query", "page", {"type": "integer", "minimum": 1}),
                _in("query", "lent", {"type": "boolean"}),
            ],
            "responses": {
                "200": _json(
                    {"type": "array", "items": BOOK},
                    headers={"X-Total-Count": {"schema": INTEGER}, "Link": {"schema": STRING}},
                ),
                "404": PROBLEM,
            },
        },
        "post": {**_takes(BOOK | {"required": ["title"]}), "responses": {"200": _json(_object(data=BOOK))}},
    },
    "/shelves/{shelf}/books/{book_uuid}": {
        "parameters": [_in("path", "shelf", INTEGER), _in("path", "book_uuid", STRING)],
        "get": {"responses": {"200": _json(_object(("data",), data=BOOK)), "404": PROBLEM}},
        "delete": {
            "responses": {
                "200": _json(_object(("uuid", "deleted"), uuid=STRING, deleted={"type": "boolean"}))
            }
        },
        "patch": {
            **_takes({"type": "array"}, "application/json-patch+json"),
            "responses": {"200": _json(_object(("data",), data=BOOK))},
        },
    },
    "/tags": {
        "get": {
            "parameters": [_in("query", "cursor", STRING), _in("query", "limit", INTEGER)],
            "responses": {
                "200": _json(_object(("data",), data={"type": "array", "items": TAG}, next_cursor=STRING))
            },
        },
        "post": {**_takes(TAG), "responses": {"201": _json(TAG), "409": PROBLEM}},
    },
    "/tags/{name}": {
        "parameters": [_in("path", "name", STRING)],
        "get": {"responses": {"200": _json(TAG)}},
        "patch": {
            **_takes(_object(colour={"enum": ["red", "blue", None]})),
            "responses": {"200": _json(TAG)},
        },
        "delete": {"responses": GONE},
    },
    "/tags/{tag}/notes": {
        "parameters": [_in("path", "tag", STRING)],
        "get": {"responses": {"200": _json({"type": "array", "items": NOTE})}},
        "post": {**_takes(NOTE), "responses": {"201": _json(NOTE)}},
    },
    "/tags/{tag}/notes/{id}": {
        "parameters": [_in("path", "tag", STRING), _in("path", "id", INTEGER)],
        "get": {"responses": {"200": _json(NOTE)}},
    },
    "/flags/{key}": {
        "parameters": [_in("path", "key", STRING)],
        "get": {"responses": {"200": _json(_object(("key",), key=STRING, on={"type": "boolean"}))}},
        "put": {
            **_takes(_object(("on",), on={"type": "boolean"})),
            "responses": {"201": {"description": "made"}, "204": {"description": "changed"}},
        },
    },
    "/searches": {
        "post": {**_takes(_object()), "responses": {"200": _json({"type": "array", "items": SHELF})}}
    },
    "/rooms": {
        "get": {"responses": {"200": _json({"type": "array", "items": _object(("id",), id=INTEGER)})}}
    },
    "/rooms/{id}": {
        "parameters": [_in("path", "id", INTEGER)],
        "get": {"responses": {"200": _json(_object(("id",), id=INTEGER))}},
    },
}


@dataclass(frozen=True)
class Library:
    """A client in one namespace."""

    app: Any
    namespace: str = ""

    @classmethod
    def in_folder(cls, folder: Path, *, paths: JSON = PATHS, **rest: Any) -> "Library":
        spec = str(written(folder, document(paths), "library.json"))
        play = Play((spec,), options=ServeOptions(infer_state=True), **rest)
        return cls(create_app(build(play)))

    def ask(
        self, method: str, path: str, body: JSON = None, *, media_type: str = "application/json"
    ) -> Response:
        path, _, query = path.partition("?")
        fields = [("understudy-namespace", self.namespace)] if self.namespace else []
        text = b"" if body is None else json.dumps(body).encode()
        typed = [] if body is None else [("content-type", media_type)]
        return send(self.app, Request(method, path, query, (*fields, *typed), text))

    def get(self, path: str) -> JSON:
        """The body of what is there."""
        return self._body(self.ask("GET", path))

    def post(self, path: str, body: JSON) -> JSON:
        return self._body(self.ask("POST", path, body))

    def status(self, method: str, path: str, body: JSON = None) -> int:
        return self.ask(method, path, body).status

    def _body(self, response: Response) -> JSON:
        assert response.status < 300, response.body
        return json.loads(response.body)


def field(response: Response, name: str) -> str | None:
    return dict(response.headers).get(name)
