"""The report as JUnit XML: one test case for each operation and rule, so that CI shows a history of each.

GitLab shows `classname` as the suite, tells cases apart by name and takes files up to 30 MB; of a
failing case it shows the first failure alone, so each case has at most one, that tells of all its findings.
"""

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from understudy.html.text import body_text, visible
from understudy.report import words
from understudy.report.model import ApiReport, OperationReport, Report, untested
from understudy.types import Failure, Finding

MAX_BYTES = 20_000_000
"""Of evidence; the cases themselves come on top."""
_MAX_BODY = 2000
_MAX_CURL = 4000
_MAX_TOLD = 20
"""Findings of one case that are told in full."""


def to_junit(report: Report) -> str:
    """The whole file."""
    root = ElementTree.Element("testsuites", name="understudy")
    room = MAX_BYTES
    for api in report.apis:
        suite = ElementTree.SubElement(root, "testsuite", name=visible(api.name))
        reasons = {left.operation: left.reason for left in untested(api) if not left.part}
        for operation in api.operations:
            room = _operation(suite, report, api, operation, reasons, room)
        _count(suite)
    _count(root)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _operation(
    suite: ElementTree.Element,
    report: Report,
    api: ApiReport,
    operation: OperationReport,
    reasons: dict[str, str],
    room: int,
) -> int:
    """Adds the cases of an operation; gives the bytes that are left for evidence."""
    mine = [finding for finding in api.findings if finding.operation == operation.name]
    for rule in words.RULES:
        found = [finding for finding in mine if words.rule_of(finding) == rule.name]
        name = f"{visible(operation.name)}: {rule.title}"
        case = ElementTree.SubElement(suite, "testcase", classname=visible(api.name), name=name, time="0")
        if found:
            room -= _tell(case, report, found, room)
        elif not operation.served:
            reason = reasons.get(operation.name, "the service answered no request")
            ElementTree.SubElement(case, "skipped", message=visible(reason))
    return room


def _tell(case: ElementTree.Element, report: Report, found: Sequence[Finding], room: int) -> int:
    """Adds what fails the run as one failure, what does not as output; gives the length of both."""
    failing = [finding for finding in found if report.fails(finding)]
    shown = [finding for finding in found if not report.fails(finding)]
    texts = (_evidence(failing, room), _evidence(shown, room))
    if failing:
        more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
        message = words.cause(failing[0])[:_MAX_BODY] + more
        kind = visible(f"{failing[0].verdict}: {failing[0].rule}")
        ElementTree.SubElement(case, "failure", message=message, type=kind).text = texts[0]
    if shown:
        ElementTree.SubElement(case, "system-out").text = texts[1]
    return sum(len(escape(text).encode()) for text in texts)


def _evidence(found: Sequence[Finding], room: int) -> str:
    """The findings in full, while there is room."""
    if not found or room <= 0:
        return f"{len(found)} findings, told in the JSON report" if found else ""
    told = "\n\n".join("\n".join(_lines(finding)) for finding in found[:_MAX_TOLD])
    more = len(found) - _MAX_TOLD
    return f"{told}\n\nand {more} more" if more > 0 else told


def _lines(finding: Finding) -> Iterable[str]:
    yield f"{words.cause(finding)}"
    line = f":{finding.line}" if finding.line else ""
    yield f"verdict {finding.verdict}, seen {words.times(finding.count)}, finding {visible(finding.id)}"
    yield visible(f"document {finding.file}{line} {finding.pointer}"[:_MAX_BODY])
    if len(finding.curl) <= _MAX_CURL:
        yield visible(finding.curl)
    body = b"" if isinstance(finding.response, Failure) else finding.response.body
    yield f"answer: {words.outcome(finding)} {body_text(body, _MAX_BODY)}".rstrip()


def _count(element: ElementTree.Element) -> None:
    """The totals that readers want on a suite."""
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))
    element.set("errors", "0")
