"""Requests put together from values: parameters by their style, bodies by their media type."""

from understudy.compose.bodies import Maker, preferred, valid_body, written
from understudy.compose.draft import Draft, valid_draft
from understudy.compose.parameters import Pairs, pairs
from understudy.compose.sample import sample

__all__ = ["Draft", "Maker", "Pairs", "pairs", "preferred", "sample", "valid_body", "valid_draft", "written"]
