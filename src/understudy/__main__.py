"""`python -m understudy` is the command `understudy`."""

import gc
import warnings

# Nothing that is made while modules load is garbage, and looking for it takes a third of the start.
gc.disable()
# connexion imports Starlette's test client, which wants a successor of httpx that is not needed here.
warnings.filterwarnings("ignore", "Using `httpx` with `starlette.testclient`")

from understudy.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
