"""A small API whose stubs keep notes: for all that is told of state, sessions and the journal."""

import json
from pathlib import Path
from typing import Any

from asgi import send
from documents import ANY, document, operation, taking, written
from understudy.run import Play, build, create_app
from understudy.serve.options import ServeOptions
from understudy.types import Request, Response

SECURITY = {
    "Key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "Query": {"type": "apiKey", "in": "query", "name": "key"},
    "Cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "Basic": {"type": "http", "scheme": "basic"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}
ID = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
MISSING = {"responses": {"200": ANY, "404": ANY}}
PATHS = {
    "/notes": {"get": operation(operationId="listNotes")},
    "/notes/{id}": {
        "parameters": ID,
        "get": {**MISSING, "operationId": "readNote"},
        "put": {**taking({"type": "object"}), "operationId": "writeNote"},
        "delete": {**MISSING, "operationId": "removeNote"},
    },
    "/twice": {
        "post": {
            "responses": {
                "200": {"description": "", "content": {"application/json": {"schema": {"type": "integer"}}}}
            }
        }
    },
    "/whoami": {"get": operation()},
    "/login": {"post": taking({"type": "object"})},
    "/guarded": {"get": operation(security=[{name: []} for name in SECURITY])},
    "/plain": {"post": taking({"type": "object"})},
    "/jot": {"post": taking({"type": "object"})},
}
STUBS = """
from understudy.stub import Call, Reply, answers, split_credential


@answers("listNotes")
def list_notes(call: Call) -> Reply:
    return Reply([[id, value] for id, value in call.state.all("note").items()])


@answers("readNote")
def read_note(call: Call) -> Reply:
    note = call.state.get("note", call.path["id"])
    return Reply(status=404) if note is None else Reply(note)


@answers("writeNote")
def write_note(call: Call) -> Reply:
    call.state.put("note", call.path["id"], call.body)
    return Reply({"kept": call.state.get("note", call.path["id"])})


@answers("removeNote")
def remove_note(call: Call) -> Reply:
    return Reply(status=200 if call.state.delete("note", call.path["id"]) else 404)


@answers("POST /twice")
def broken(call: Call) -> Reply:
    call.state.put("note", "half", {"never": "seen"})
    return Reply("no integer")


@answers("GET /whoami")
def whoami(call: Call) -> Reply:
    return Reply([call.session.namespace, call.session.scenario, call.session.test])


@answers("POST /login")
def login(call: Call) -> Reply:
    key, session = split_credential(call.body["key"])
    return Reply({"key": key, "claims": session.claims()}, session=session)


jotted = made = 0


@answers("POST /jot")
def jot(call: Call) -> Reply:
    global jotted
    jotted += 1
    call.state.put("note", "jot", call.body)
    return Reply({"jotted": jotted})


@answers("POST /plain")
def plain(call: Call) -> Reply:
    global made
    made += 1
    return Reply({"made": made})
"""


def folder_of(folder: Path) -> Path:
    """The API as a folder with document and stubs."""
    (folder / "stubs").mkdir()
    (folder / "stubs" / "notes.py").write_text(STUBS)
    schemes = {"components": {"securitySchemes": SECURITY}}
    written(folder, document(PATHS, **schemes), "notes.json")
    return folder


def play(folder: Path, state: str = "", **options: Any) -> Play:
    """How the API of `folder_of` is played."""
    spec, stubs = str(folder / "notes.json"), str(folder / "stubs")
    return Play((spec,), stubs, options=ServeOptions(**options), state=state)


class Notes:
    """A client of the notes API, in process, in one namespace."""

    def __init__(self, app: Any, namespace: str = "") -> None:
        self.app = app
        self.headers = (("understudy-namespace", namespace),) if namespace else ()

    def ask(
        self, method: str, path: str, *headers: tuple[str, str], body: Any = None, query: str = ""
    ) -> Response:
        sent = b"" if body is None else json.dumps(body).encode()
        typed = (("content-type", "application/json"),) if sent else ()
        return send(self.app, Request(method, path, query, (*self.headers, *typed, *headers), sent))

    def write(self, id: str, value: Any) -> Response:
        return self.ask("PUT", f"/notes/{id}", body=value)

    def read(self, id: str) -> Any:
        """The note; None where there is none."""
        response = self.ask("GET", f"/notes/{id}")
        return json.loads(response.body) if response.status == 200 else None

    def list(self) -> Any:
        return json.loads(self.ask("GET", "/notes").body)

    def journal(self, query: str = "") -> Any:
        return json.loads(self.ask("GET", "/__understudy__/requests", query=query).body)

    def coverage(self) -> Any:
        return json.loads(self.ask("GET", "/__understudy__/coverage").body)


def notes(folder: Path, state: str = "", **options: Any) -> Notes:
    """A client of the API in a new folder."""
    return Notes(create_app(build(play(folder_of(folder), state, **options))))
