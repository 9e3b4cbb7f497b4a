"""Strings, numbers, booleans and null: by format, pattern and bounds, then by what the name suggests."""

from base64 import b64encode
from collections.abc import Iterator
from fractions import Fraction
from json import dumps

from understudy.types import JSON

from . import formats, pattern, plausible, words
from .choose import Choice
from .errors import Contradiction
from .flat import Flat
from .place import Place
from .work import Work

MAX_TEXT = 1_000_000
SPAN = 100
WIDTHS = {
    "int8": 7,
    "uint8": 8,
    "int16": 15,
    "uint16": 16,
    "int32": 31,
    "uint32": 32,
    "int64": 63,
    "uint64": 64,
}


def nulls(_work: Work, _flat: Flat, _place: Place) -> Iterator[JSON]:
    yield None


def booleans(_work: Work, _flat: Flat, place: Place) -> Iterator[JSON]:
    first = plausible.boolean(place.name, place.choice) ^ (place.turn % 2 == 1)
    yield from (first, not first)


def strings(work: Work, flat: Flat, place: Place) -> Iterator[JSON]:
    least, most = flat.least("Length"), flat.most("Length")
    if least > MAX_TEXT:
        raise Contradiction(flat.bounds["minLength"].place, f"minLength {least} is too large to build")
    top = MAX_TEXT if most is None else most
    found = False
    for text in _texts(work, flat, place, least, top):
        if least <= len(text) <= top:
            found = True
            yield text
    if not found:
        where = flat.nodes[0].place
        raise Contradiction(
            where, f"{_asked(flat)} and a length from {least} to {'any' if most is None else most}"
        )


def _asked(flat: Flat) -> str:
    parts = [f"format {name}" for name in flat.formats] + [f"pattern {text[:60]}" for text in flat.patterns]
    return "no text found for " + " and ".join(parts or ["the media type"])


def _texts(work: Work, flat: Flat, place: Place, least: int, most: int) -> Iterator[str]:
    choice = place.choice.at(place.turn) if place.turn else place.choice
    if flat.content is not None or (flat.media or "").endswith("json"):
        yield _encoded(_document(work, flat, place), flat)  # an annotation: other texts are valid too
    for name in flat.formats:
        same = _is_identity(name, place.name) and not place.turn
        source = _identity(place) if same else choice
        yield from formats.samples(name, source, least, plausible.days(place.name))
    for expression in flat.patterns:
        yield from pattern.samples(expression, choice, least, most)
    if not flat.patterns and any(name in formats.MAKERS for name in flat.formats):
        return
    name = f"{place.name}_id" if _stands_for_another(flat) else place.name
    text = plausible.string(name, place.owner, choice, choice if place.turn else _identity(place))
    text += f" {place.turn}" if place.turn > 1 else ""  # the words have run out
    yield _fitted(_encoded(text, flat), least, most)
    yield _fitted("", least, most)


def _document(work: Work, flat: Flat, place: Place) -> str:
    inner = () if flat.content is None else (flat.content,)
    part = place.inside(flat, work.depth).member("content")
    return dumps(work.required(inner, part), ensure_ascii=False, separators=(",", ":"))


def _stands_for_another(flat: Flat) -> bool:
    """Whether the text is given where the thing itself, an object, could be: then it is its id."""
    branches = (branch for node in flat.nodes for branch in node.schema.get("anyOf", ()))
    return any(
        isinstance(branch, dict) and ("$ref" in branch or "properties" in branch) for branch in branches
    )


def _encoded(text: str, flat: Flat) -> str:
    return b64encode(text.encode()).decode() if flat.encoding == "base64" else text


def _fitted(text: str, least: int, most: int) -> str:
    if len(text) > most:
        text = text[:most].rstrip() or text[:most]
    return text + words.letters(least - len(text))


def _is_identity(name: str, member: str) -> bool:
    return name in ("uuid", "uuid4") and plausible.split(member)[-1:] in (("id",), ("uuid",), ("guid",))


def _identity(place: Place) -> Choice:
    """The source of the id of a thing: the same for `user_id` and for the `id` of the sibling `user`."""
    return place.identity.at(plausible.stem(place.name) or plausible.stem(place.owner))


def integers(_work: Work, flat: Flat, place: Place) -> Iterator[JSON]:
    step = flat.step
    unit = Fraction(step.numerator) if step else Fraction(1)
    yield from (int(value) for value in _multiples(flat, place, unit))


def fractions(_work: Work, flat: Flat, place: Place) -> Iterator[JSON]:
    """Numbers; whole ones among them only where an integer is allowed too."""
    whole = "integer" in flat.kinds
    if flat.step:
        made = _multiples(flat, place, flat.step)
    elif whole and any(name in WIDTHS for name in flat.formats):
        made = _multiples(flat, place, Fraction(1))
    else:
        made = _between(flat, place)
    yield from (_number(value) for value in made if whole or value.denominator > 1)


def _multiples(flat: Flat, place: Place, unit: Fraction) -> Iterator[Fraction]:
    """Multiples of `unit` within the bounds, the plausible one first."""
    first, last = _format_range(flat, *flat.multiples_within(unit))
    guess = round(_guess(place) / unit)
    if first is None and last is None:
        first = min(guess, 1)
    if first is None:
        first = min(1, last) if last is not None and last >= 1 else (last or 0) - SPAN
    if last is None:
        last = max(first + SPAN, guess) + place.turn
    start = guess if first <= guess <= last else first + place.choice.number(min(last - first + 1, SPAN))
    for turn in range(min(last - first + 1, 40)):
        yield unit * (first + (start - first + place.turn + turn) % (last - first + 1))


def _format_range(flat: Flat, first: int | None, last: int | None) -> tuple[int | None, int | None]:
    """`int32` and its kin bound a value too, unless the other bounds leave nothing of their range."""
    for name in flat.formats:
        if name in WIDTHS:
            high = 2 ** WIDTHS[name] - 1
            low = 0 if name.startswith("u") else -high - 1
            if (first is None or first <= high) and (last is None or last >= low):
                last = min(high, high if last is None else last)
                first = None if first is None and low < 0 else max(first or 0, low)
    return first, last


def _between(flat: Flat, place: Place) -> Iterator[Fraction]:
    """Numbers between the bounds: the plausible one, round ones, any."""
    return (value for value in _candidates(flat, place) if _inside(value, flat))


def _candidates(flat: Flat, place: Place) -> Iterator[Fraction]:
    """One after the other, for the first is nearly always the one that is taken."""
    guess = _guess(place) + place.turn
    yield guess
    yield guess + Fraction(1, 2)
    bottom = Fraction(str(flat.low.value)) if flat.low else None
    top = Fraction(str(flat.high.value)) if flat.high else None
    if bottom is None:
        bottom = min(guess, Fraction(0)) if top is None else min(Fraction(0), top - 1)
    if top is None:
        top = bottom + SPAN
    for parts in (4, 100, 1000):
        point = bottom + (top - bottom) * Fraction(1 + place.choice.number(parts - 1), parts)
        yield Fraction(round(point * 100), 100)
        yield point
    yield bottom
    yield top


def _inside(value: Fraction, flat: Flat) -> bool:
    low, high = flat.low, flat.high
    above = low is None or value > low.value or (value == low.value and not low.open)
    return above and (high is None or value < high.value or (value == high.value and not high.open))


def _guess(place: Place) -> Fraction:
    return Fraction(str(plausible.number(place.name, place.choice)))


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)
