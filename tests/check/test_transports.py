"""The same check in process and over a socket gives the same report, to the byte."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from running import serving
from understudy.cli import main

CREDENTIALS = {
    "galileo": ("APIKeyHeader=self", "OAuth2PasswordBearer=self", "HTTPBasic=self:self"),
    "langsmith": ("API Key=self", "Tenant ID=self", "Bearer Auth=self"),
}


@pytest.mark.parametrize("api", CREDENTIALS)
def test_in_process_and_live(api: str, tmp_path: Path) -> None:
    """The fake is told apart by nothing but where it is, whatever the number of workers.

    Without overlays: the conventions of the fake and its companions are held against the fake alone.
    """
    given = [word for text in CREDENTIALS[api] for word in ("--credential", text)]
    with serving(api, "--no-overlay", "--auth", "strict", *given) as fake:
        _check(api, "--report", f"json={tmp_path / 'self.json'}")
        _check(
            api, "--report", f"json={tmp_path / 'live.json'}", "--target", fake.url, "--workers", "4", *given
        )
    assert (tmp_path / "live.json").read_bytes() == (tmp_path / "self.json").read_bytes()


def _check(*arguments: str) -> None:
    done = CliRunner().invoke(main, ["check", "--no-overlay", "--max-examples", "1", *arguments])
    assert done.exit_code == 0, done.output
