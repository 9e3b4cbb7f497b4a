"""A small API to try rules on, and the requests that set and play them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asgi import send
from documents import document, taking, written
from understudy.run import Play, build, create_app
from understudy.types import JSON, Headers, Request, Response

PET = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}


def _answering(schema: JSON) -> JSON:
    return {"description": "ok", "content": {"application/json": {"schema": schema}}}


LIMITED = {"Retry-After": {"required": True, "schema": {"type": "integer"}}}
PATHS = {
    "/pets": {
        "get": {
            "operationId": "listPets",
            "parameters": [{"name": "n", "in": "query", "schema": {"type": "integer"}}],
            "responses": {
                "200": _answering({"type": "array", "items": PET, "maxItems": 2}),
                "429": {"description": "slow down", "headers": LIMITED},
            },
        },
        "post": {
            **taking({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}),
            "operationId": "createPet",
            "responses": {"201": _answering(PET), "422": _answering({"type": "object"})},
        },
    },
    "/pets/{id}": {
        "delete": {
            "operationId": "removePet",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": {"204": {"description": "gone"}},
        }
    },
}
ADMIN = "/__understudy__/"


@dataclass(frozen=True)
class Pets:
    """A client of the API and of its admin API."""

    app: Any

    @classmethod
    def in_folder(cls, folder: Path, **rest: Any) -> "Pets":
        spec = str(written(folder, document(PATHS), "pets.json"))
        return cls(create_app(build(Play(specs=(spec,), **rest))))

    def ask(self, method: str, path: str, body: JSON = None, query: str = "", **headers: str) -> Response:
        """The response; `scenario`, `namespace` and other header fields are told by name."""
        text = b"" if body is None else json.dumps(body).encode()
        return send(self.app, Request(method, path, query, _fields(headers, body), text))

    def see(self, query: str = "", **headers: str) -> Response:
        return self.ask("GET", "/pets", query=query, **headers)

    def create(self, name: JSON = "Ida", **headers: str) -> Response:
        return self.ask("POST", "/pets", {"name": name}, **headers)

    def expect(self, *rules: JSON, **headers: str) -> JSON:
        """What is left of the expectations that are set; they are told to be right."""
        response = self.ask("POST", ADMIN + "expectations", list(rules), **headers)
        assert response.status == 200, response.body
        return json.loads(response.body)

    def left(self, **headers: str) -> JSON:
        return json.loads(self.ask("GET", ADMIN + "expectations", **headers).body)

    def refused(self, rules: JSON) -> str:
        """Why expectations are refused."""
        response = self.ask("POST", ADMIN + "expectations", rules)
        assert response.status == 400, response.body
        return str(json.loads(response.body)["detail"])

    def play(self, name: str, *rules: JSON, **headers: str) -> None:
        """Set a scenario."""
        response = self.ask("PUT", ADMIN + f"scenarios/{name}", list(rules), **headers)
        assert response.status == 204, response.body

    def statuses(self, count: int, **headers: str) -> list[int]:
        """Of so many requests, one after the other."""
        return [self.see(**headers).status for _ in range(count)]


def field(response: Response, name: str) -> str | None:
    return dict(response.headers).get(name)


def _fields(headers: dict[str, str], body: JSON) -> Headers:
    known = {"scenario": "understudy-scenario", "namespace": "understudy-namespace"}
    told = [(known.get(name, name.replace("_", "-")), value) for name, value in headers.items()]
    return (*told, *([] if body is None else [("content-type", "application/json")]))
