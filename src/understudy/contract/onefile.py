"""A document that is spread over files as one, for the tools that read no others."""

from urllib.parse import quote

from understudy.contract import pointer
from understudy.contract.document import Document
from understudy.errors import DocumentError
from understudy.types import JSON

_FILES = "x-understudy-files"
"""The member of the root that holds the other files by name."""


def one_file(document: Document) -> dict[str, JSON]:
    """The document with all the files it reaches inside it, and the paths of its companions among its own.

    A `$ref` that leads nowhere stays as it is. Without other files this is the root itself.
    """
    return _with_operations(document, _joined(document))


def _joined(document: Document) -> dict[str, JSON]:
    if not document.companions and not _refers_out(document.root):
        return document.root
    reached = set(document.companions)
    root = _Rewriting(document, "", reached)(document.root)
    files: dict[str, JSON] = {}
    while reached - files.keys():
        file = min(reached - files.keys())
        files[file] = _Rewriting(document, file, reached)(document.files.get(file).root)
    paths = {
        path: item for file in document.companions for path, item in files[file].get("paths", {}).items()
    }
    return {**root, "paths": {**root.get("paths", {}), **paths}, _FILES: files}


def _with_operations(document: Document, one: dict[str, JSON]) -> dict[str, JSON]:
    """The one file with operations that are `$ref`s put in their places: other tools follow none there."""
    items: dict[str, JSON] = {}
    for declared in document.declarations():
        method = declared.method.lower()
        written = document.at(declared.item).get(method)
        if isinstance(written, dict) and "$ref" in written:
            item = items.get(declared.path) or _inside(one, declared.item)
            items[declared.path] = {**item, method: _inside(one, declared.pointer)}
    return {**one, "paths": {**one["paths"], **items}} if items else one


def _inside(one: dict[str, JSON], place: str) -> JSON:
    """What the one file holds of a place of the document."""
    file, inside = pointer.split(place)
    return pointer.walk(one, (*((_FILES, file) if file else ()), *pointer.tokens(inside)))


def _refers_out(root: JSON) -> bool:
    """Whether any `$ref` leads out of its own file."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            ref = node.get("$ref")
            if isinstance(ref, str) and not ref.startswith("#"):
                return True
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return False


class _Rewriting:
    """Copies a file, each `$ref` in it led to where its target stands in the one file."""

    def __init__(self, document: Document, file: str, reached: set[str]) -> None:
        self.document = document
        self.file = file
        self.reached = reached

    def __call__(self, node: JSON) -> JSON:
        if isinstance(node, list):
            return [self(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {key: self._reference(value) if key == "$ref" else self(value) for key, value in node.items()}

    def _reference(self, ref: JSON) -> JSON:
        if not isinstance(ref, str):
            return self(ref)
        try:
            file, inside = pointer.split(self.document.target(ref, pointer.in_file(self.file)))
        except DocumentError:
            return ref
        if not file:
            return ref if not self.file else "#" + quote(inside, safe="/~")
        self.reached.add(file)
        return "#" + quote(pointer.join("", _FILES, file) + inside, safe="/~")
