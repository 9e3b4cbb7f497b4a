"""Where the server's own words go: warnings to standard error, the access log to standard output."""

import logging
import sys


def configure(access_log: bool) -> None:
    """Set up logging for one process; with `access_log`, one line of JSON per request."""
    logging.basicConfig(level=logging.WARNING, format="understudy: %(message)s", stream=sys.stderr)
    logging.getLogger("understudy.reload").setLevel(logging.INFO)
    # What is wrong with a form or with a request line is told to the client who sent it.
    for quiet in ("python_multipart", "uvicorn.error"):
        logging.getLogger(quiet).setLevel(logging.CRITICAL)
    if access_log:
        access = logging.getLogger("understudy.access")
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        access.addHandler(handler)
        access.setLevel(logging.INFO)
        access.propagate = False
