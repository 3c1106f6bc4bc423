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

    def __enter__(self) -> "SocketSite":
        super().__enter__()
        self.path.chmod(0o666)  # systemd's unit gives it to nginx's group
        return self

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
    """nginx as on a Debian host that has followed site_config/README.md, for as long as the `with`
    lasts. All that is below `/` there is below `folder` here.

    `instead`: pieces of the README's text and what takes their place. `more`: what a file of the
    tests beside it says. `files`: how many files a process may open, as systemd sets it on Debian.
    """

    def __init__(self, folder: Path, instead: dict[str, str] | None = None, more: str = ""):
        self.folder = folder
        self.tls, self.plain, self.files = _free_port(), _free_port(), 1024
        self.visitor = "198.51.100.250"  # whom `get` says it is, where `more` lets it
        folder.chmod(0o755)  # nginx's processes are another user's
        self._make_folders()
        self._make_certificate()
        text = example("nginx")
        for old, new in (instead or {}).items():
            assert old in text, old
            text = text.replace(old, new)
        self.file = self.here("/etc/nginx/nginx.conf")
        self.here("/etc/nginx/conf.d/recall.conf").write_text(self._moved(text))
        self.here("/etc/nginx/conf.d/tests.conf").write_text(self._compiled_in() + more)
        commands = example("nginx.conf").replace("/etc/", f"{folder}/etc/")
        subprocess.run(["/bin/sh", "-ec", commands], check=True)
        self.file.write_text(self._moved(self.file.read_text()))

    def here(self, path: str) -> Path:
        """Return where the file or folder of that host is."""
        return Path(f"{self.folder}{path}")

    @property
    def public_socket(self) -> Path:
        return self.here("/run/recall-public/site.sock")

    @property
    def staff_socket(self) -> Path:
        return self.here("/run/recall-staff/site.sock")

    @property
    def fallback(self) -> Path:
        return self.here("/srv/recall/fallback")

    def _make_folders(self) -> None:
        """Make those of Debian's package and no more, and what the README has had made by then."""
        shutil.copytree("/etc/nginx", self.here("/etc/nginx"))
        listed = subprocess.run(
            ["/usr/bin/dpkg", "-L", "nginx-common"], capture_output=True, text=True, check=True
        ).stdout.split()
        for path in listed:
            if path.startswith("/var/") and Path(path).is_dir():
                self.here(path).mkdir(parents=True, exist_ok=True)
        for path in ("/run/recall-public", "/run/recall-staff", "/srv/recall/fallback"):
            self.here(path).mkdir(parents=True)

    def _moved(self, text: str) -> str:
        """Return it with this folder's paths and with ports of its own."""
        text = re.sub(r"(?m)(?<=[\s:])/(etc|run|srv|var)/", rf"{self.folder}/\1/", text)
        for port, own in (("80", self.plain), ("443", self.tls)):
            text = text.replace(f"listen {port}", f"listen 127.0.0.1:{own}")
            text = text.replace(f"listen [::]:{port}", f"listen [::1]:{own}")
        if not Path("/proc/net/if_inet6").exists():
            text = re.sub(r"(?m)^ *listen \[::1\].*\n", "", text)
        return text if os.getuid() == 0 else text.replace("user www-data;", "")

    def _compiled_in(self) -> str:
        """Return the paths that Debian's nginx has without a word in its configuration."""
        names = {"client_body": "body"}
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        return "".join(
            f"{kind}_temp_path {self.folder}/var/lib/nginx/{names.get(kind, kind)};\n"
            for kind in kinds
        )

    def _make_certificate(self) -> None:
        folder = self.here("/etc/ssl/recall")
        folder.mkdir(parents=True)
        self.certificate = folder / "fullchain.pem"
        kind = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        files = ("-keyout", folder / "privkey.pem", "-out", self.certificate)
        subprocess.run(
            ["/usr/bin/openssl", *kind, "-subj", f"/CN={HOST}", *files],
            check=True,
            capture_output=True,
        )

    def test(self) -> str:
        """What `nginx -t` says."""
        done = subprocess.run([NGINX, "-t", "-c", self.file], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def __enter__(self) -> "Proxy":
        limit = [f"--nofile={self.files}:"]  # the soft one alone
        self.process = subprocess.Popen(
            ["/usr/bin/prlimit", *limit, NGINX, "-c", self.file, "-g", "daemon off;"]
        )
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

    def line(self, **options) -> http.client.HTTPSConnection:
        """Return a connection over TLS, not opened yet."""
        context = ssl.create_default_context(cafile=self.certificate)
        context.check_hostname = False
        place = ("127.0.0.1", self.tls)
        return http.client.HTTPSConnection(*place, timeout=30, context=context, **options)

    def named(self, **headers: str) -> dict[str, str]:
        """Return the headers of a request, `_` in their names for `-`."""
        named = {"Host": HOST, "X-Test-Address": self.visitor}
        return named | {name.replace("_", "-"): value for name, value in headers.items()}

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
        """The answer over TLS, as http.client gives it, and its body."""
        line = self.line()
        try:
            line.request(method, path, body, self.named(**headers))
            response = line.getresponse()
            return response, response.read().decode()
        finally:
            line.close()

    def raw(self, data: bytes) -> bytes:
        """Return what comes back over TLS for these bytes until nginx hangs up."""
        context = ssl.create_default_context(cafile=self.certificate)
        context.check_hostname = False
        with (
            socket.create_connection(("127.0.0.1", self.tls), timeout=20) as plain,
            context.wrap_socket(plain) as line,
        ):
            line.sendall(data)
            return b"".join(iter(lambda: line.recv(65536), b""))

    @property
    def logs(self) -> str:
        folder = self.here("/var/log/nginx")
        return "".join(path.read_text() for path in sorted(folder.iterdir()))

    @property
    def kept(self) -> str:
        """Return all that lies in the folder of kept pages."""
        files = [file for file in self.here("/var/lib/nginx").rglob("*") if file.is_file()]
        return "".join(file.read_bytes().decode("latin-1") for file in files)
