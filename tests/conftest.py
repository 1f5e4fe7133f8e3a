"""What the tests share: one release built from the real tables, and one server that serves it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from iccgraph.publish.pipeline import Built, build_release
from iccgraph.settings import Settings
from tests.hostile import hostile_release
from tests.web.client import Client

ROOT = Path(__file__).parent.parent
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
CLIENT_REQUESTS = 100
"""So much a client may ask of `live` in a minute; it holds for nobody on this machine."""
hypothesis.settings.register_profile(
    "no clock", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("no clock")


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> Iterator[None]:
    """Have programs take Ctrl-C; shells let what runs in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have programs keep what they fetch in a folder of the test run, not in the user's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test wants to reach {address[0]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in list(os.environ):
        if name.startswith("ICCGRAPH_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of a test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def real_settings(shared: Path) -> Settings:
    """Return settings that read the real sources and write into a folder of the test run."""
    return Settings(
        data_dir=ROOT / "data",
        ontology_dir=ROOT / "ontology",
        shapes_dir=ROOT / "shapes",
        releases_dir=shared / "releases",
        vendor_dir=ROOT / "var" / "vendor",
    )


@pytest.fixture(scope="session")
def built(real_settings: Settings, shared: Path) -> Built:
    """Build the real release once for all processes of a test run; nobody may change it."""
    kept = shared / "built.pickle"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(build_release(real_settings)))
    found: Built = pickle.loads(kept.read_bytes())
    return found


@pytest.fixture
def sources(tmp_path: Path) -> Settings:
    """Return settings with a private copy of all sources, which a test may spoil."""
    for name in ("data", "ontology", "shapes"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return Settings(
        data_dir=tmp_path / "data",
        ontology_dir=tmp_path / "ontology",
        shapes_dir=tmp_path / "shapes",
        releases_dir=tmp_path / "releases",
    )


def free_port() -> int:
    """Return a port of the loopback address that nobody uses now.

    It is below those that systems give to whoever asks for any port or connects to another one
    (32768 and above on Linux), so that nobody gets it before it is listened on.
    """
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def certificate(folder: Path, *names: str) -> Path:
    """Make `key` and `pem`, a certificate for names such as `DNS:localhost`, signed by itself."""
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test "
        f"-addext subjectAltName={','.join(names)} -keyout {folder}/key -out {folder}/pem"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return folder / "pem"


class LiveServer:
    """`iccgraph serve` as a user starts it, on a free port."""

    def __init__(
        self,
        releases: Path,
        log: Path,
        ready: str = "readyz",
        python: Path | str = sys.executable,
        folder: Path = ROOT,
        **options: object,
    ) -> None:
        """Start the process in a folder and wait until the address `ready` answers."""
        self.port = free_port()
        self.ready = ready
        self.log = log
        options = {"port": self.port, "web_workers": 1, **options}
        words = [f"--{n.replace('_', '-')}={v}" for n, v in options.items()]
        command = [python, "-m", "iccgraph", "serve", f"--releases-dir={releases}", *words]
        with log.open("wb") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=file, cwd=folder)
        self.url = f"http://127.0.0.1:{self.port}/"
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}{self.ready}", timeout=60):
                    return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise AssertionError(f"the server did not become ready:\n{self.log.read_text()}")

    def stop(self) -> None:
        """Stop the process as an operator does."""
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="session")
def live(
    real_settings: Settings, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Serve the real release, and return the address that ends in a slash."""
    log = tmp_path_factory.mktemp("log") / "serve.log"
    server = LiveServer(
        real_settings.releases_dir,
        log,
        vendor_dir=real_settings.vendor_dir,
        client_requests=CLIENT_REQUESTS,
        query_timeout=60,
    )
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def client(live: str) -> Iterator[Client]:
    """Return a client of the real release that keeps its connection."""
    client = Client(live)
    yield client
    client.close()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a small release whose every text is hostile, and return its address."""
    settings = hostile_release(tmp_path_factory.mktemp("hostile"))
    log = tmp_path_factory.mktemp("log") / "serve.log"
    server = LiveServer(settings.releases_dir, log, vendor_dir=ROOT / "var" / "vendor")
    yield server.url
    server.stop()
