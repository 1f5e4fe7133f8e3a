"""A real Apache that reads the `.htaccess` of docs/operating.md as w3id.org does."""

from __future__ import annotations

import http.client
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import free_port
from tests.docs.documents import blocks
from tests.web.processes import eventually

APACHE = shutil.which("apache2", path="/usr/sbin:/usr/bin")
MODULES = Path("/usr/lib/apache2/modules")
(RULES,) = (block.text for block in blocks("docs/operating.md", "apache"))
_CONFIGURATION = """\
ServerRoot {folder}
ServerName w3id.org
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
User nobody
Group nogroup
{modules}
DocumentRoot {folder}/site
<Directory {folder}/site>
  AllowOverride All
  Options -MultiViews +FollowSymLinks
  Require all granted
</Directory>
"""


def configuration(folder: Path, port: int) -> str:
    """Return what is around the folder of the rules."""
    names = ("mpm_event", "authz_core", "headers", "rewrite", "dir")
    modules = "\n".join(f"LoadModule {n}_module {MODULES}/mod_{n}.so" for n in names)
    return _CONFIGURATION.format(folder=folder, port=port, modules=modules)


@contextmanager
def running_apache(site: str) -> Iterator[int]:
    """Serve the documented rules for a site, and yield the port."""
    assert APACHE is not None
    port = free_port()
    assert "https://example.org/good-practices/" in RULES
    with tempfile.TemporaryDirectory() as name:  # where the user that root becomes may read
        folder = Path(name)
        folder.chmod(0o755)
        rules = folder / "site" / "iccgraph" / ".htaccess"
        rules.parent.mkdir(parents=True)
        rules.write_text(RULES.replace("https://example.org/good-practices/", site))
        (folder / "apache.conf").write_text(configuration(folder, port))
        apache = subprocess.Popen([APACHE, "-D", "FOREGROUND", "-f", folder / "apache.conf"])
        try:
            assert eventually(lambda: _answers(port)), (folder / "error.log").read_text()
            yield port
        finally:
            apache.send_signal(signal.SIGTERM)
            apache.wait(60)


def _answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request("HEAD", "/iccgraph/")
        return line.getresponse().status == 302
    except OSError:
        return False
    finally:
        line.close()
