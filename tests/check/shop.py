"""A very small API, and a server that keeps its contract."""

from documents import document, operation

KEY = "the-right-key"
OPEN = document({"/a": {"get": operation()}})
LOCKED = document(
    {
        "/a": {
            "get": operation(
                security=[{"Key": []}, {"Login": []}],
                responses={
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": {"type": "object"}}},
                    },
                    "401": {"description": "no"},
                },
            )
        }
    },
    components={
        "securitySchemes": {
            "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "Login": {"type": "oauth2", "flows": {"password": {"tokenUrl": "/token", "scopes": {}}}},
        }
    },
)


def keeping(request: bytes) -> bytes:
    """What the open API answers."""
    method, path, _ = request.split(b"\r\n", 1)[0].split(b" ")
    if path.partition(b"?")[0] != b"/a":
        return _answer(404)
    return _answer(200) if method == b"GET" else _answer(405, "allow: GET")


def locked(request: bytes, token: str = "") -> bytes:
    """What the locked API answers to whoever has the key, or the token where there is one."""
    lines = (line.partition(b":") for line in request.partition(b"\r\n\r\n")[0].split(b"\r\n"))
    fields = {name.lower(): value.strip() for name, _, value in lines}
    has_key = fields.get(b"x-key") == KEY.encode()
    has_token = bool(token) and fields.get(b"authorization") == f"Bearer {token}".encode()
    answered = keeping(request)
    if not answered.startswith(b"HTTP/1.1 200") or has_key or has_token:
        return answered
    return _answer(401, body=b"")


def _answer(status: int, *headers: str, body: bytes = b"{}") -> bytes:
    lines = (
        f"HTTP/1.1 {status} Told",
        *headers,
        "content-type: application/json",
        f"content-length: {len(body)}",
        "",
        "",
    )
    return "\r\n".join(lines).encode() + body
