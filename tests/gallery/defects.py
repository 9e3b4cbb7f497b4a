"""Every way in which the gallery forgets its lines, each one switch of the conforming service.

The verdicts are those of a checker: `server` breaks the contract, `auth` takes or refuses credentials
wrongly, `lenient` takes what the contract refuses, `data` refuses by a declared 4xx what the contract allows,
`document` answers an undeclared 4xx that HTTP defines for the case, `infrastructure` fails below the
contract. A verdict of None is a service that differs and conforms all the same: nobody may accuse it.
"""

from dataclasses import dataclass

from gallery import accepting, answering, refusing
from gallery.hooks import Hooks


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect of one API.

    `rule_hint` names the rule that a finding should carry, `pointer_hint` the place in the response body
    (server) or in the request data (lenient, data) where the fault shows, `phase_hint` the part of a plan
    that can find it: `any` request at all, `coverage` of the schema's values, `fuzzing`, or `probes` of our
    own. `how` is the switch.
    """

    name: str
    api: str
    verdict: str | None
    rule_hint: str
    pointer_hint: str | None
    phase_hint: str
    how: Hooks


DEFECTS: tuple[Defect, ...] = tuple(
    Defect(*row) for row in (*answering.ROWS, *accepting.ROWS, *refusing.ROWS)
)
_BY_NAME = {(defect.api, defect.name): defect for defect in DEFECTS}


def find(api: str, name: str) -> Defect:
    """The defect of an API by name. Raises ValueError when there is none."""
    if (api, name) not in _BY_NAME:
        raise ValueError(f"{api} has no defect {name!r}")
    return _BY_NAME[api, name]
