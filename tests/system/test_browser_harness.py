"""The browser fixtures can see what they are there to see."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

pytestmark = pytest.mark.browser

GOOD = (
    '<!doctype html><html lang="en"><head><title>Good</title></head>'
    "<body><main><h1>Good</h1><p>Text</p></main></body></html>"
)
BAD = (
    '<!doctype html><html><head><title>Bad</title></head><body><main><h1>Bad</h1><img src="/x.png">'
    '<p style="color:#767676">Enough contrast for AA, too little for AAA</p>'
    '<a href="/1" style="display:inline-block;width:9px;height:9px;font-size:9px">1</a>'
    '<a href="/2" style="display:inline-block;width:9px;height:9px;font-size:9px">2</a>'
    "</main></body></html>"
)
STRICT = "default-src 'none'; img-src *; style-src 'unsafe-inline'"


@pytest.fixture
def serve():
    """serve(html): the address of a page with a policy that allows no script."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", STRICT)
            self.send_header("Set-Cookie", "crumb=1; Path=/")
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def serve(html):
        path = f"/{len(pages)}/"
        pages[path] = html
        return f"http://127.0.0.1:{server.server_port}{path}"

    yield serve
    server.shutdown()
    thread.join()
    server.server_close()


def rules(violations):
    return {violation["id"] for violation in violations}


def test_a_good_page_has_no_violation(page, axe, serve):
    page.goto(serve(GOOD))
    assert axe(page) == []


def test_axe_finds_what_is_wrong_at_each_level(page, axe, serve):
    page.goto(serve(BAD))
    expected = {"html-has-lang", "image-alt", "color-contrast-enhanced", "target-size"}
    assert rules(axe(page)) >= expected


def test_axe_reads_a_page_that_runs_no_script(open_page, axe, serve):
    page = open_page(java_script_enabled=False)
    page.goto(serve(BAD))
    assert "image-alt" in rules(axe(page, in_place=False))


def test_script_does_not_run_without_javascript(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("data:text/html,<title>off</title><script>document.title = 'on'</script>")
    assert page.title() == "off"


def test_traffic_sees_other_hosts_cookies_and_refusals(page, traffic, serve):
    html = '<title>x</title><img src="http://elsewhere.example/x.png"><script>1</script>'
    page.goto(serve(html))
    assert traffic.elsewhere == ["http://elsewhere.example/x.png"]
    assert [cookie["name"] for cookie in traffic.cookies()] == ["crumb"]
    assert any("Content Security Policy" in text for text in traffic.complaints)


@pytest.mark.django_db
def test_the_database_can_be_used_beside_the_browser(page):
    from django.contrib.auth.models import User

    assert User.objects.count() == 0
