"""State inferred from a document: what POST creates is found by its id, listed, changed and removed.

`resource` finds what a document creates and has by an id, `views` says where a reply shows it; `acts` are
what its operations do, played like stubs; `listing` and `paging` choose what a list shows.
"""

from .acts import Act, acts

__all__ = ["Act", "acts"]
