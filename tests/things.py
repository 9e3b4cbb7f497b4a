"""A small service that keeps things: its document, and an application that may forget its lines."""

from itertools import count
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from documents import document
from understudy.types import JSON

Defect = Literal["forgets", "keeps what was deleted", "another id", "dead link", "null name", "long names"]


def _answer(schema: JSON) -> dict[str, JSON]:
    return {"description": "ok", "content": {"application/json": {"schema": schema}}}


_PROBLEM = _answer({"type": "object", "required": ["detail"]})
_NEW: dict[str, JSON] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 40}},
    "additionalProperties": False,
}
_THING: dict[str, JSON] = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer", "minimum": 1}, "name": {"type": "string"}},
}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
_BODY = {"required": True, "content": {"application/json": {"schema": _NEW}}}
_GONE = {"404": _PROBLEM, "422": _PROBLEM}
LINKS: dict[str, JSON] = {
    "GetOwner": {"operationId": "getOwner", "parameters": {"id": "$response.body#/id"}},
}


def things(**links: JSON) -> dict[str, JSON]:
    """The document; `links` are those of the answer that made a thing."""
    made = {**_answer(_THING), "links": links or LINKS}
    return document(
        {
            "/things": {
                "get": {"responses": {"200": _answer({"type": "array", "items": _THING})}},
                "post": {"requestBody": _BODY, "responses": {"201": made, "422": _PROBLEM}},
            },
            "/things/{id}": {
                "parameters": [_ID],
                "get": {"operationId": "getThing", "responses": {"200": _answer(_THING), **_GONE}},
                "put": {"requestBody": _BODY, "responses": {"200": _answer(_THING), **_GONE}},
                "delete": {"responses": {"204": {"description": "gone"}, **_GONE}},
            },
            "/things/{id}/owner": {
                "parameters": [_ID],
                "get": {
                    "operationId": "getOwner",
                    "responses": {"200": _answer({"type": "object", "required": ["name"]}), **_GONE},
                },
            },
        }
    )


class New(BaseModel):
    """What a thing is made of."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1, max_length=40)


class Lax(New):
    """The same, where nobody counts the letters."""

    name: str = Field(min_length=1)


def _unprocessable(_: Request, __: Exception) -> JSONResponse:
    """Without the input, which FastAPI repeats, and of which NaN is no JSON."""
    return JSONResponse({"detail": "invalid"}, 422)


Id = Annotated[int, Path(ge=1)]


def make_app(defect: Defect | None = None) -> FastAPI:
    """The service, with one defect or none. Each has a memory of its own."""
    app = FastAPI(openapi_url=None)
    app.add_exception_handler(RequestValidationError, _unprocessable)
    taken = Lax if defect == "long names" else New
    kept: dict[int, dict[str, Any]] = {}
    ids = count(1)

    def found(id: int) -> dict[str, Any]:
        if id not in kept:
            raise HTTPException(404, "no such thing")
        return kept[id]

    @app.get("/things")
    def listed() -> list[dict[str, Any]]:
        return list(kept.values())

    @app.post("/things", status_code=201)
    def made(new: taken) -> dict[str, Any]:
        thing = {"id": next(ids), "name": None if defect == "null name" else new.name}
        if defect != "forgets":
            kept[thing["id"]] = thing
        return thing

    @app.get("/things/{id}")
    def read(id: Id) -> dict[str, Any]:
        return {**found(id), **({"id": id + 1000} if defect == "another id" else {})}

    @app.put("/things/{id}")
    def changed(id: Id, new: New) -> dict[str, Any]:
        return found(id) | {"name": new.name}

    @app.delete("/things/{id}", status_code=204)
    def deleted(id: Id) -> Response:
        found(id)
        if defect != "keeps what was deleted":
            del kept[id]
        return Response(status_code=204)

    @app.get("/things/{id}/owner")
    def owner(id: Id) -> dict[str, Any]:
        found(id)
        if defect == "dead link":
            raise HTTPException(404, "no such owner")
        return {"name": "Ada"}

    return app
