"""`python -m understudy` is the command `understudy`."""

import gc

# Nothing that is made while modules load is garbage, and looking for it takes a third of the start.
gc.disable()

from understudy.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
