"""Our own fakes of the shipped APIs, held to their contracts as a user's suite would hold a server."""

import understudy

test_galileo = understudy.contract("galileo", max_examples=1)
test_langsmith = understudy.contract("langsmith", max_examples=1)
