"""A small vocabulary, so that made-up text reads like words."""

from .choose import Choice

FIRST_NAMES = ("Ada", "Ben", "Clara", "David", "Elena", "Felix", "Grace", "Hugo",
               "Iris", "Jonas", "Lena", "Milo", "Nora", "Oscar", "Ruth", "Simon")  # fmt: skip
LAST_NAMES = ("Archer", "Baker", "Carter", "Dekker", "Ellis", "Fischer", "Garner", "Hansen",
              "Jansen", "Keller", "Lindgren", "Moreau", "Novak", "Porter", "Rossi", "Weaver")  # fmt: skip
ADJECTIVES = ("brisk", "bright", "calm", "clear", "distant", "gentle", "golden", "green",
              "lively", "mellow", "northern", "quiet", "silver", "small", "steady", "warm")  # fmt: skip
NOUNS = ("anchor", "bridge", "cedar", "field", "forest", "garden", "harbour", "island",
         "lantern", "meadow", "orchard", "river", "signal", "summit", "valley", "window")  # fmt: skip
CITIES = ("Amsterdam", "Bergen", "Dublin", "Ghent", "Lisbon", "Porto", "Utrecht", "Vienna")
STREETS = ("Canal Street", "Garden Lane", "Harbour Road", "Mill Lane", "Orchard Road", "Station Road")
STATES = ("CA", "NY", "TX", "WA")
CENTS = ("25", "49", "50", "75", "95", "99")


def first_name(choice: Choice) -> str:
    return choice.at("first").pick(FIRST_NAMES)


def last_name(choice: Choice) -> str:
    return choice.at("last").pick(LAST_NAMES)


def full_name(choice: Choice) -> str:
    return f"{first_name(choice)} {last_name(choice)}"


def city(choice: Choice) -> str:
    return choice.pick(CITIES)


def adjective(choice: Choice) -> str:
    return choice.at("adjective").pick(ADJECTIVES)


def noun(choice: Choice) -> str:
    return choice.at("noun").pick(NOUNS)


def phrase(choice: Choice) -> str:
    return f"{adjective(choice)} {noun(choice)}"


def title(choice: Choice) -> str:
    return phrase(choice).title()


def sentence(choice: Choice) -> str:
    return f"A {phrase(choice)} near the {choice.at('other').pick(NOUNS)}."


def slug(choice: Choice) -> str:
    return f"{adjective(choice)}-{noun(choice)}"


def money(choice: Choice) -> str:
    return f"{5 + choice.at('units').number(95)}.{choice.at('cents').pick(CENTS)}"


def letters(count: int) -> str:
    """`count` letters that may stand in nearly every grammar of names."""
    return ("abcdefghijklmnopqrstuvwxyz" * (count // 26 + 1))[: max(count, 0)]
