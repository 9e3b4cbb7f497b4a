"""Overlays: what an action does to a document, where its values came from, and what is refused."""

import copy
import json
from pathlib import Path

import pytest

from understudy.contract.overlay import Origin, apply, locate, read_overlay
from understudy.contract.reading import Source, read
from understudy.errors import DocumentError

HEAD = "overlay: 1.0.0\ninfo:\n  title: Test\n  version: '1'\n"


def overlay(tmp_path, actions, name="o.yaml"):
    """An overlay file whose actions start at line 6."""
    path = tmp_path / name
    path.write_text(f"{HEAD}actions:\n{actions}", encoding="utf-8")
    return read_overlay(path)


def act(tmp_path, root, *actions):
    """Apply actions given as Python values."""
    path = tmp_path / "acts.json"
    path.write_text(
        json.dumps({"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "actions": actions})
    )
    return apply(root, [read_overlay(path)])


@pytest.mark.parametrize(
    ("root", "target", "update", "result"),
    [
        ({"a": {"b": 1}}, "$.a", {"c": [2]}, {"a": {"b": 1, "c": [2]}}),
        ({"a": {"b": {"c": 1}}}, "$", {"a": {"b": {"c": 2, "d": 3}}}, {"a": {"b": {"c": 2, "d": 3}}}),
        ({"a": [1]}, "$.a", {"b": 2}, {"a": [1, {"b": 2}]}),
        ({"a": [1]}, "$.a", 2, {"a": [1, 2]}),
        ({"a": [1]}, "$.a", None, {"a": [1, None]}),
        ({"a": [1]}, "$.a", [2, 3], {"a": [1, [2, 3]]}),
        ({"a": {"b": [1]}}, "$.a", {"b": [2, 3]}, {"a": {"b": [1, 2, 3]}}),
        ({"a": {"b": "x"}}, "$.a", {"b": None}, {"a": {"b": None}}),
        ({"a": {"b": None}}, "$.a", {"b": 1}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, "$.a.b", 2, {"a": {"b": 2}}),
        ({"a": [1, 2]}, "$.a[-1]", 3, {"a": [1, 3]}),
        ({"a": {"x": {}, "y": {}}}, "$.a.*", {"z": 1}, {"a": {"x": {"z": 1}, "y": {"z": 1}}}),
        ({"a": {"/x/{y}": {}}}, "$.a['/x/{y}']", {"z": 1}, {"a": {"/x/{y}": {"z": 1}}}),
        ({"a": [{"n": 1}, {"n": 2}]}, "$.a[?@.n==2]", {"m": 3}, {"a": [{"n": 1}, {"n": 2, "m": 3}]}),
        ({"a": [{"n": 1}]}, "$.a[0,0]", {"m": [1]}, {"a": [{"n": 1, "m": [1]}]}),
        ({"a": [[1]]}, "$..[?length(@) == 1]", 2, {"a": [[1, 2], 2]}),
    ],
)  # fmt: skip
def test_an_update_is_merged_into_what_it_targets(tmp_path, root, target, update, result):
    """Objects merge, an array gets the update as one more entry, a primitive is replaced."""
    assert act(tmp_path, root, {"target": target, "update": update}).root == result


@pytest.mark.parametrize(
    ("target", "result"),
    [
        ("$.a", {"b": {"c": 1, "d": [1]}}),
        ("$.a[1]", {"a": [0, 2, 3], "b": {"c": 1, "d": [1]}}),
        ("$.a[0,2,0]", {"a": [1, 3], "b": {"c": 1, "d": [1]}}),
        ("$.a[::-1]", {"a": [], "b": {"c": 1, "d": [1]}}),
        ("$.a[?@ > 1]", {"a": [0, 1], "b": {"c": 1, "d": [1]}}),
        ("$.b.c", {"a": [0, 1, 2, 3], "b": {"d": [1]}}),
        ("$..*", {}),
    ],
)
def test_remove_takes_every_selected_node_out(tmp_path, target, result):
    """Items are removed as they were selected, whatever moves meanwhile, and children with their parents."""
    root = {"a": [0, 1, 2, 3], "b": {"c": 1, "d": [1]}}
    assert act(tmp_path, root, {"target": target, "remove": True}).root == result


def test_remove_outranks_update(tmp_path):
    """An update beside `remove: true` has no effect, and `remove: false` is no removal."""
    done = act(
        tmp_path,
        {"a": {}, "b": {}},
        {"target": "$.a", "remove": True, "update": {"x": 1}},
        {"target": "$.b", "remove": False, "update": {"x": 1}},
    )
    assert done.root == {"b": {"x": 1}}


def test_actions_and_overlays_apply_in_order(tmp_path):
    """Each action sees what the one before it left, across files."""
    first = overlay(
        tmp_path, "- {target: $.servers, remove: true}\n- {target: $, update: {servers: [a]}}\n", "1.yaml"
    )
    second = overlay(tmp_path, "- {target: $.servers, update: b}\n", "2.yaml")
    assert apply({"servers": ["old"]}, [first, second]).root == {"servers": ["a", "b"]}
    assert apply({"servers": ["old"]}, [second, first]).root == {"servers": ["a"]}


def test_the_document_is_neither_changed_nor_copied(tmp_path):
    """Only the containers on the way to a target are new; all the rest is the very same object."""
    root = {"paths": {"/a": {"get": {"tags": ["x"]}}, "/b": {"get": {}}}, "components": {"schemas": {}}}
    before = copy.deepcopy(root)
    result = act(
        tmp_path,
        root,
        {"target": "$.paths['/a'].get", "update": {"tags": ["y"], "x": {"y": 1}}},
        {"target": "$.paths['/a'].get.tags[0]", "remove": True},
        {"target": "$.paths['/a'].get.x", "update": {"y": 2}},
    ).root
    assert root == before
    assert result["paths"]["/a"]["get"] == {"tags": ["y"], "x": {"y": 2}}
    assert result["components"] is root["components"]
    assert result["paths"]["/b"] is root["paths"]["/b"]


def test_without_actions_the_root_is_the_document_itself():
    """No overlay, no work."""
    root = {"a": 1}
    done = apply(root, [])
    assert done.root is root
    assert (done.origins, done.warnings) == ((), ())


def test_what_is_shared_is_changed_in_one_place_only(tmp_path):
    """Neither YAML aliases nor an update laid over two targets tie their places together."""
    (tmp_path / "d.yaml").write_text("a: &a {x: {y: 1}}\nb: *a\n")
    root, _ = read(tmp_path / "d.yaml")
    done = act(
        tmp_path,
        root,
        {"target": "$.a.x", "update": {"z": 2}},
        {"target": "$.*", "update": {"new": {"n": []}}},
        {"target": "$.a.new.n", "update": 1},
    )
    assert done.root == {
        "a": {"x": {"y": 1, "z": 2}, "new": {"n": [1]}},
        "b": {"x": {"y": 1}, "new": {"n": []}},
    }
    again = act(tmp_path, root, {"target": "$", "update": {"c": 1}})
    assert again.root == {"a": {"x": {"y": 1}}, "b": {"x": {"y": 1}}, "c": 1}


def test_a_target_that_matches_nothing_is_a_warning(tmp_path):
    """The action has no effect, and the warning names the overlay's file and line."""
    done = apply(
        {"a": 1}, [overlay(tmp_path, "- target: $.a\n  update: 2\n- target: $.b.c\n  remove: true\n")]
    )
    assert done.root == {"a": 2}
    assert done.warnings == (f"{tmp_path / 'o.yaml'}:8: the target '$.b.c' matches nothing",)


DOCUMENT = Source("d.yaml", "a:\n  b: 1\n  list:\n  - x: 0\n  - x: 1\n  - x: 2\nc: 1\n")
ROOT = {"a": {"b": 1, "list": [{"x": 0}, {"x": 1}, {"x": 2}]}, "c": 1}


def places(tmp_path, actions, *pointers):
    """`file:line` of each pointer once the actions are applied to DOCUMENT."""
    done = apply(ROOT, [overlay(tmp_path, actions)])
    found = (locate(pointer, DOCUMENT, done.origins) for pointer in pointers)
    return [f"{Path(source.name).name}:{line}" for source, line in found]


def test_what_an_overlay_added_stands_in_the_overlay(tmp_path):
    """New members, new items and replaced values are the overlay's, with all that is below them."""
    actions = """\
- target: $.a
  update:
    b: 2
    new:
      deep: 1
    list:
    - y: 1
    - y: 2
- target: $.a.list
  update:
    z: 1
"""
    pointers = (
        "/a/b",
        "/a/new",
        "/a/new/deep",
        "/a/list/3",
        "/a/list/4/y",
        "/a/list/5/z",
        "/a/list/5/absent",
    )
    assert places(tmp_path, actions, *pointers) == [f"o.yaml:{line}" for line in (8, 9, 10, 12, 13, 16, 15)]
    assert places(tmp_path, actions, "/a", "/a/list", "/a/list/1/x", "/c") == [
        "d.yaml:1",
        "d.yaml:3",
        "d.yaml:5",
        "d.yaml:7",
    ]


def test_the_last_writer_of_a_value_is_named(tmp_path):
    """A later action takes over what it writes, and nothing else."""
    actions = "- {target: $, update: {n: {p: 1,\n q: 1}}}\n- {target: $.n, update: {p: 2}}\n"
    actions += "- {target: $.c, update: 5}\n"
    assert places(tmp_path, actions, "/n/p", "/n/q", "/c") == ["o.yaml:8", "o.yaml:7", "o.yaml:9"]


def test_what_was_removed_leaves_no_trace(tmp_path):
    """A member that is removed and added again stands where it was added again."""
    actions = (
        "- {target: $, update: {n: {p: 1}}}\n- {target: $.n, update: {q: 1}}\n- {target: $.n, remove: true}\n"
    )
    actions += "- {target: $, update: {n: {r: 1}}}\n"
    assert places(tmp_path, actions, "/n/q", "/n/r") == ["o.yaml:9", "o.yaml:9"]


def test_items_behind_a_removed_one_keep_their_places(tmp_path):
    """The document's own items and the overlay's move up together with where they came from."""
    actions = """\
- {target: $.a.list, update: {x: 3}}
- {target: '$.a.list[2]', update: {y: 1}}
- {target: '$.a.list[?@.x < 2]', remove: true}
"""
    pointers = ("/a/list/0/x", "/a/list/0/y", "/a/list/1/x", "/a/list")
    assert places(tmp_path, actions, *pointers) == ["d.yaml:6", "o.yaml:7", "o.yaml:6", "d.yaml:3"]


def test_origins_name_pointers_of_both_files(tmp_path):
    """Names are escaped by RFC 6901, and no pointer is named twice."""
    found = overlay(
        tmp_path, "- {target: $, update: {'x/y': {'~': 1}, a: {'p/q': 2}}}\n- {target: $, update: {c: 1}}"
    )
    done = apply(ROOT, [found, found])
    assert {origin.pointer: origin.source_pointer for origin in done.origins} == {
        "/x~1y": "/actions/0/update/x~1y",
        "/x~1y/~0": "/actions/0/update/x~1y/~0",
        "/a/p~1q": "/actions/0/update/a/p~1q",
        "/c": "/actions/1/update/c",
    }
    assert len({origin.pointer for origin in done.origins}) == len(done.origins)
    assert all(origin.source is found.source for origin in done.origins)


def test_an_origin_covers_whole_names_only():
    """`/a/b` says nothing about `/a/bc`."""
    origins = [Origin("/a/b", Source("o.yaml", "x: 1"), "/x")]
    assert locate("/a/bc", DOCUMENT, origins) == (DOCUMENT, 1)
    assert locate("/a/b/c", DOCUMENT, origins)[0].name == "o.yaml"


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("{target: $.a, update: 1}", "6: a primitive cannot be laid over an object (at /a)"),
        ("{target: $.a, update: [1]}", "6: an array cannot be laid over an object (at /a)"),
        ("{target: $, update: 1}", "6: a primitive cannot be laid over an object (at /)"),
        ("{target: $.c, update: {x: 1}}", "6: an object cannot be laid over a primitive (at /c)"),
        (
            "{target: $, update: {a: {\n  list: 1}}}",
            "7: a primitive cannot be laid over an array (at /a/list)",
        ),
        ("{target: $, update: {a: {\n  b: {}}}}", "7: an object cannot be laid over a primitive (at /a/b)"),
        ("{target: $, remove: true}", "6: the whole document cannot be removed"),
    ],
)
def test_an_update_that_does_not_fit_is_refused(tmp_path, action, message):
    """Object over object, array over array, primitive over primitive; else the overlay's line is named."""
    with pytest.raises(DocumentError) as caught:
        apply(ROOT, [overlay(tmp_path, f"- {action}\n")])
    assert str(caught.value) == f"{tmp_path / 'o.yaml'}:{message}"


def test_a_search_too_deep_is_refused(tmp_path):
    """A descendant query gives up on a nest that no API description has, in words."""
    root = {}
    for _ in range(400):
        root = {"a": root}
    with pytest.raises(DocumentError, match=r"o\.yaml:6: '\$\.\.a': recursion limit exceeded"):
        apply(root, [overlay(tmp_path, "- {target: $..a, remove: true}\n")])


def test_a_deep_update_is_merged(tmp_path):
    """The merge itself knows no limit but that of reading."""
    nested = '{"a":' * 480 + "1" + "}" * 480
    found = overlay(
        tmp_path, f"- target: $\n  update: {nested}\n- target: $\n  update: {nested.replace('1', '2')}\n"
    )
    root = apply({}, [found]).root
    for _ in range(480):
        root = root["a"]
    assert root == 2


def test_an_overlay_is_read(tmp_path):
    """Title and actions, in YAML or JSON, with extensions and descriptions left alone."""
    path = tmp_path / "o.json"
    action = {"target": "$.a", "description": "d", "update": None, "x-why": 1}
    info = {"title": "T", "version": "1"}
    path.write_text(
        json.dumps({"overlay": "1.1.0", "info": info, "extends": "a.yaml", "x-a": 1, "actions": [action]})
    )
    found = read_overlay(path)
    assert (found.title, found.source.name) == ("T", str(path))
    assert [(one.target, one.update, one.remove) for one in found.actions] == [("$.a", None, False)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "1: an overlay is an object"),
        ("info: 1", "1: `overlay` must be a version 1.x.y, as a string"),
        ("x-a: 1\noverlay: 1.0", "2: `overlay` must be a version 1.x.y, as a string"),
        ("x-a: 1\noverlay: 2.0.0", "2: `overlay` must be a version 1.x.y, as a string"),
        ("overlay: 1.0.0\ninfo: T", "2: `info` must be an object"),
        ("overlay: 1.0.0\ninfo:\n  version: '1'", "2: `info.title` must be a string"),
        ("overlay: 1.0.0\ninfo:\n  title: T\n  version: 1.0", "4: `info.version` must be a string"),
        (HEAD + "actions:\n- target: $.a\n  update: 1\n  update: 2", "8: duplicate key 'update'"),
        (HEAD, "1: `actions` must be a list, not empty"),
        (HEAD + "actions: []", "5: `actions` must be a list, not empty"),
        (HEAD + "actions: {}", "5: `actions` must be a list, not empty"),
        (HEAD + "action: []", "5: unknown field `action`"),
        (HEAD + "actions:\n- x", "6: an action is an object"),
        (HEAD + "actions:\n- update: 1", "6: `target` must be a JSONPath, as a string"),
        (HEAD + "actions:\n- update: 1\n  target: 5", "7: `target` must be a JSONPath, as a string"),
        (HEAD + "actions:\n- target: $.a", "6: an action needs `update` or `remove: true`"),
        (HEAD + "actions:\n- target: $.a\n  remove: false", "6: an action needs `update` or `remove: true`"),
        (HEAD + "actions:\n- target: $.a\n  remove: 'yes'", "7: `remove` must be true or false"),
        (HEAD + "actions:\n- target: $.a\n  copy: $.b", "7: unknown field `copy`"),
        (HEAD + "actions:\n- update: 1\n  target: a.b", "7: 'a.b' is not a JSONPath: "),
        (HEAD + "actions:\n- update: 1\n  target: $.a | $.b", "7: '$.a | $.b' is not a JSONPath: "),
        (HEAD + "actions:\n- update: 1\n  target: '$[?nope(@)]'", "7: '$[?nope(@)]' is not a JSONPath: "),
        (HEAD + "actions: [", "5: not YAML: "),
    ],
)
def test_a_misshapen_overlay_is_refused_at_its_line(tmp_path, text, message):
    """What the specification requires is required, and a field that it does not know is not skipped over."""
    path = tmp_path / "o.yaml"
    path.write_text(text)
    with pytest.raises(DocumentError) as caught:
        read_overlay(path)
    told = str(caught.value)
    assert told.startswith(f"{path}:{message}")
    assert "\n" not in told
