"""nginx with the configuration of site_config/README.md, in front of a site on its socket."""

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

from tests.support.servers import Site

HOST = "recall.example.org"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "nginx"


def example(name: str) -> str:
    """The code block behind <!-- name --> in site_config/README.md."""
    document = Path(__file__).parents[2] / "site_config" / "README.md"
    text = document.read_text(encoding="utf-8")
    return re.search(rf"(?s)<!-- {name} -->\n```\w*\n(.*?)```", text)[1]


class _Line(http.client.HTTPConnection):
    """To a Unix socket."""

    def __init__(self, path: Path):
        super().__init__(HOST, timeout=20)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(str(self.path))


class SocketSite(Site):
    """The site behind a proxy, with the settings that site_config/README.md asks for there."""

    def __init__(self, database_url: str, path: Path, **environment: str):
        self.path = path
        super().__init__(
            database_url,
            BIND=f"unix:{path}",
            DEMONSTRATION="false",
            HTTPS_ONLY="true",
            ALLOWED_HOSTS=HOST,
            TRUSTED_PROXY_SSL_HEADER="X-Forwarded-Proto",
            TRUSTED_PROXY_ADDRESS_HEADER="X-Real-IP",
            **environment,
        )

    def request(self, method: str, path: str, headers: dict | None = None, body: str = ""):
        line = _Line(self.path)
        try:
            line.request(method, path, body or None, headers or {})
            response = line.getresponse()
            return response, response.read().decode()
        finally:
            line.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Proxy:
    """Runs for as long as the `with` lasts. Its files are in the folder: logs, pages, sockets.

    `instead`: pieces of the configuration, as it is then, and what takes their place.
    """

    def __init__(self, folder: Path, instead: dict[str, str] | None = None):
        self.folder = folder
        self.tls, self.plain = _free_port(), _free_port()
        for name in ("ssl", "log", "cache", "fallback", "passing"):
            (folder / name).mkdir()
        self._make_certificate()
        text = example("nginx")
        places = {
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.tls} ssl http2;",
            "/etc/ssl/recall/": f"{folder}/ssl/",
            "/var/log/nginx/": f"{folder}/log/",
            "/var/cache/nginx/recall": f"{folder}/cache",
            "/srv/recall/fallback": f"{folder}/fallback",
            "/run/recall-public/site.sock": f"{folder}/public.sock",
            "/run/recall-staff/site.sock": f"{folder}/staff.sock",
        }
        for old, new in {**places, **(instead or {})}.items():
            assert old in text, old
            text = text.replace(old, new)
        self.file = folder / "nginx.conf"
        self.file.write_text(self._around(text))

    def _around(self, text: str) -> str:
        """Return what Debian's own nginx.conf has round the example."""
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/passing/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.getuid() == 0 else ""
        return (
            f"{user}daemon off;\nworker_processes 1;\npid {self.folder}/pid;\n"
            f"error_log {self.folder}/log/of-nginx.log;\n"
            "events { worker_connections 8192; }\n"
            f"http {{\n{temporary}types {{ text/html html; }}\ncharset utf-8;\n{text}}}\n"
        )

    def _make_certificate(self) -> None:
        files = (
            "-keyout",
            self.folder / "ssl/privkey.pem",
            "-out",
            self.folder / "ssl/fullchain.pem",
        )
        kind = (
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            f"/CN={HOST}",
        )
        subprocess.run(["/usr/bin/openssl", *kind, *files], check=True, capture_output=True)

    def test(self) -> str:
        """Return what `nginx -t` says."""
        done = subprocess.run(
            [NGINX, "-t", "-c", self.file, "-p", self.folder],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    def __enter__(self) -> "Proxy":
        self.process = subprocess.Popen([NGINX, "-c", self.file, "-p", self.folder])
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.tls), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise AssertionError("nginx did not start.")

    def __exit__(self, *error) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
        """The answer over TLS, as http.client gives it, and its body."""
        context = ssl.create_default_context(cafile=self.folder / "ssl" / "fullchain.pem")
        context.check_hostname = False
        line = http.client.HTTPSConnection("127.0.0.1", self.tls, timeout=30, context=context)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            line.request(method, path, body, {"Host": HOST, **named})
            response = line.getresponse()
            return response, response.read().decode()
        finally:
            line.close()

    @property
    def logs(self) -> str:
        return "".join(path.read_text() for path in sorted((self.folder / "log").iterdir()))
