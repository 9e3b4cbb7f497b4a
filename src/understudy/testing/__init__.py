"""What the tests of a client have of a fake: a server, a client in process, assertions, an environment.

The pytest plugin makes fixtures of these parts; none of them knows pytest.
"""
