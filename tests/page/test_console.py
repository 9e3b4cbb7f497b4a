"""The console in a browser: operations and commands, the live list, requests sent from the page."""

import json
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from page.served import PATIENCE, Served, served
from understudy.run import Play, build

VALID = b'{"display_name": "Is it right?", "sampling_rate": 1}'
INVALID = b'{"display_name": "Is it right?", "sampling_rate": "often"}'
RULES = "/api/v1/runs/rules/validate"
POINTER = f"/paths/{RULES.replace('/', '~1')}/post"

expect.set_options(timeout=PATIENCE * 1000)


def opened(page: Page, server: Served) -> Page:
    """The console, listening."""
    page.goto(server.home)
    expect(page.get_by_text("● live")).to_be_visible()
    return page


def rules(page: Page) -> Locator:
    """The operation that validates rules, unfolded."""
    operation = page.locator(".operation", has_text=RULES)
    operation.locator("summary").first.click()
    expect(operation.get_by_role("button", name="Send")).to_be_visible()
    return operation


def test_a_request_appears_as_it_is_asked(server: Served, page: Page) -> None:
    """What a client asks is listed without a reload: status, operation and where the reply came from."""
    opened(page, server)
    assert server.validate(VALID).status == 200
    row = page.get_by_role("listitem").filter(has=page.locator(".request"))
    expect(row).to_have_count(1)
    expect(row).to_contain_text("200")
    expect(row).to_contain_text(f"POST{RULES}")
    expect(row).to_contain_text("stub")


def test_a_violation_stands_beside_the_documents_lines(server: Served, page: Page) -> None:
    """A violation tells file and line, quotes the line, and leads to it in the viewer."""
    opened(page, server)
    server.validate(INVALID)
    page.locator(".request summary").first.click()
    violation = page.locator(".violation")
    expect(violation).to_contain_text("body sampling_rate must be of type number")
    expect(violation.locator(".hit")).to_contain_text("type: number")
    link = violation.get_by_role("link")
    expect(link).to_have_text("specs/langsmith/openapi.yaml:268")
    link.click()
    expect(page.locator("#line-268.hit")).to_contain_text("type: number")
    expect(page.locator("#line-268")).to_be_in_viewport()


def test_bodies_are_laid_out_and_credentials_are_not_shown(server: Served, page: Page) -> None:
    """A request unfolds to its body, indented; a credential in it is redacted, as in the journal."""
    opened(page, server)
    server.validate(VALID, x_api_key="my-secret")
    request = page.locator(".request")
    request.locator("summary").first.click()
    expect(request.get_by_label("Request", exact=True)).to_contain_text('  "sampling_rate": 1')
    request.get_by_text("Header fields").first.click()
    expect(request).to_contain_text("x-api-key: [redacted]")
    expect(request).not_to_contain_text("my-secret")


def test_a_request_is_sent_from_the_page(server: Served, page: Page) -> None:
    """Send shows the fake's reply below the form, and the request appears in the list like any other."""
    operation = rules(opened(page, server))
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".reply .status")).to_have_text("200")
    expect(page.locator(".request")).to_have_count(1)


def test_an_edited_body_is_what_is_sent_and_what_the_command_sends(server: Served, page: Page) -> None:
    """The command follows the form, and the reply tells what is wrong with the edited body."""
    operation = rules(opened(page, server))
    operation.get_by_label("Body").fill(INVALID.decode())
    expect(operation.get_by_label("Command")).to_contain_text('"sampling_rate": "often"')
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".reply .status")).to_have_text("422")
    expect(operation.get_by_label("Reply")).to_contain_text("float_parsing")


def test_an_uploaded_form_can_be_sent_as_it_stands(server: Served, page: Page) -> None:
    """A multipart sample goes out with its own line ends, and is taken."""
    opened(page, server)
    operation = page.locator(".operation", has_text="log_record")
    operation.locator("summary").first.click()
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".reply .status")).to_have_text("200")


def test_a_credential_for_an_error_path_is_one_choice_away(server: Served, page: Page) -> None:
    """The credential `expired` is put into the command and is answered with 401."""
    operation = rules(opened(page, server))
    operation.get_by_label("Credential", exact=True).fill("expired")
    expect(operation.get_by_label("Command")).to_contain_text("x-api-key: expired")
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".reply .status")).to_have_text("401")


def test_a_variant_is_one_choice_away(server: Served, page: Page) -> None:
    """What is chosen stands in the command as a preference, and is how the fake answers."""
    operation = rules(opened(page, server))
    operation.get_by_label("Answer with").select_option(label="code=422: Validation Error")
    expect(operation.get_by_label("Command")).to_contain_text("-H 'prefer: code=422'")
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".reply .status")).to_have_text("422")
    operation.get_by_label("Answer with").select_option(label="the usual reply")
    operation.get_by_label("After (ms)").fill("50")
    operation.get_by_label("On the wire").select_option(index=3)
    expect(operation.get_by_label("Command")).to_contain_text("-H 'prefer: fault=garbage, delay=50'")
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".reply")).to_contain_text("200 from fault")


def test_a_reply_that_breaks_off_is_told_of(server: Served, page: Page) -> None:
    """Where no whole reply comes the page says so."""
    operation = rules(opened(page, server))
    operation.get_by_label("On the wire").select_option(index=2)
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".reply")).to_contain_text("No whole reply came")


def test_a_command_is_copied(server: Served, page: Page) -> None:
    """Copy puts the whole command on the clipboard."""
    operation = rules(opened(page, server))
    operation.get_by_role("button", name="Copy").click()
    expect(operation.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == operation.get_by_label("Command").text_content()
    assert copied.startswith(f"curl -sS {server.url}{RULES} ")


def test_the_keyboard_alone_will_do(server: Served, page: Page) -> None:
    """An operation is found, unfolded and sent, and its request unfolded, without a mouse."""
    opened(page, server)
    reach(page, "document.activeElement.textContent.includes('Skip to')")
    page.keyboard.press("Enter")
    reach(page, "document.activeElement.id === 'find'")
    page.keyboard.type("rules")
    reach(page, "document.activeElement.tagName === 'SUMMARY'")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    reach(page, "document.activeElement.textContent === 'Send'")
    page.keyboard.press("Enter")
    expect(page.locator(".reply .status")).to_have_text("200")
    expect(page.locator(".request")).to_have_count(1)
    reach(page, "document.activeElement.closest('.request')")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Request", exact=True)).to_be_visible()


def reach(page: Page, condition: str) -> None:
    """Press the tab key until the focus is where it is wanted."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"Boolean({condition})"):
            return
    raise AssertionError(f"never reached: {condition}")


def test_news_are_said_to_those_who_listen(server: Served, page: Page) -> None:
    """A polite live region tells the number of requests and the latest one."""
    opened(page, server)
    server.validate(VALID)
    said = page.locator("#said")
    expect(said).to_have_text(f"1 requests; the latest: POST {RULES}, 200")
    assert said.get_attribute("aria-live") == "polite"


def test_a_paused_list_waits(server: Served, page: Page) -> None:
    """While paused nothing moves; what came meanwhile is there afterwards."""
    opened(page, server)
    page.get_by_role("button", name="Pause").click()
    server.validate(VALID)
    expect(page.locator("#count")).to_have_text("1 (1 waiting)")
    expect(page.locator(".request")).to_have_count(0)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".request")).to_have_count(1)


def test_only_violations_on_wish(server: Served, page: Page) -> None:
    """The box leaves only the requests that break the contract."""
    opened(page, server)
    server.validate(VALID)
    server.validate(INVALID)
    expect(page.locator(".request")).to_have_count(2)
    page.get_by_label("only with violations").check()
    expect(page.locator(".request:visible")).to_have_count(1)
    expect(page.locator(".request:visible")).to_contain_text("1 violation")


def test_clear_forgets_the_journal(server: Served, page: Page) -> None:
    """Clear empties the list and the journal behind it."""
    opened(page, server)
    server.validate(VALID)
    expect(page.locator(".request")).to_have_count(1)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".request")).to_have_count(0)
    assert json.loads(server.ask("GET", "/__understudy__/requests").body) == []


def test_a_journal_forgotten_elsewhere_leaves_the_list(server: Served, page: Page) -> None:
    """A reset by another client empties the list, and what comes next is shown."""
    opened(page, server)
    server.validate(VALID)
    expect(page.locator(".request")).to_have_count(1)
    server.ask("POST", "/__understudy__/reset")
    expect(page.locator(".request")).to_have_count(0)
    server.validate(INVALID)
    expect(page.locator(".request")).to_have_count(1)


def test_nothing_foreign_becomes_markup(hostile: Served, page: Page) -> None:
    """Texts of a document, a request and a reply are texts, on every page."""
    page.add_init_script("window.hacked = () => { throw new Error('hacked') }")
    path = quote("/<script>hacked()</script>")
    opened(page, hostile)
    name = "</script><script>hacked()</script>"
    hostile.ask(
        "POST",
        f"{path}?b=<b>",
        json.dumps({name: "\u202e<svg onload=hacked()>"}).encode(),
        content_type="application/json",
    )
    page.locator(".request summary").first.click()
    expect(page.get_by_label("Request", exact=True)).to_contain_text(name)
    expect(page.get_by_label("Request", exact=True)).to_contain_text("\\u202e<svg onload=hacked()>")
    page.locator(".operation summary").first.click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".reply .status")).to_be_visible()
    operation = page.get_by_role("link", name="Parameters, schemas and replies").get_attribute("href")
    docs = f"{hostile.home}docs"
    for address in (
        hostile.home,
        docs,
        f"{docs}/hostile",
        f"{hostile.url}{operation}",
        f"{docs}/hostile/source",
    ):
        page.goto(address)
        assert page.locator("script").count() == 1
        assert page.locator("img, iframe, main svg, [onerror], [onload], a[href^='javascript']").count() == 0


def test_operations_and_commands_need_no_script(browser: Browser, server: Served) -> None:
    """Without JavaScript the page still lists the operations, each with its command."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.home)
    operation = page.locator(".operation", has_text=RULES)
    operation.locator("summary").click()
    expect(operation.get_by_label("Command")).to_contain_text(f"curl -sS {server.url}{RULES}")
    expect(page.get_by_text("The live list needs JavaScript")).to_be_visible()
    context.close()


def test_the_list_comes_back_with_the_server(page: Page) -> None:
    """A server that ends is told of; when it is back, the list goes on by itself."""
    with served(build(Play())) as first:
        opened(page, first)
    expect(page.get_by_text("no connection")).to_be_visible()
    with served(build(Play()), first.port) as second:
        expect(page.get_by_text("● live")).to_be_visible()
        second.validate(VALID)
        expect(page.locator(".request")).to_have_count(1)


@pytest.mark.parametrize("place", ["", "docs", "docs/langsmith", f"docs/langsmith?at={POINTER}"])
def test_a_phone_shows_it_without_scrolling_sideways(browser: Browser, server: Served, place: str) -> None:
    """At the width of a phone nothing sticks out."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(server.home + place)
    for summary in page.locator("main summary:visible").all()[:3]:
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
