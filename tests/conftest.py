"""What all tests share."""

import os
import socket

import pytest

pytest_plugins = ["pytester"]
os.environ["UNDERSTUDY_CACHE"] = ""  # no test leaves anything in the user's folders, or finds it there


@pytest.fixture
def unused_url() -> str:
    """A URL at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
