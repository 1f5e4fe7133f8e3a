"""A release is fetched from a site once, whole, of one state; or one clear error says why not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

import iccgraph
from iccgraph import errors
from iccgraph.errors import (
    ArgumentError,
    CacheError,
    ChecksumError,
    DownloadError,
    DownloadTimeout,
    IccGraphError,
    ReleaseError,
    ReleaseFormatError,
)
from iccgraph.release.manifest import FORMAT, MANIFEST
from tests.conftest import ROOT, free_port
from tests.for_all import for_all
from tests.research.standin import LATEST, Site

TABLE = "cities.csv"
SHORT = 0.4
"""A time-out for tests of sites that are slow. Units: seconds."""


def half_written(cache: Path) -> list[str]:
    """Return the files of the cache that stand under the name of a file of a release."""
    return [p.name for p in cache.rglob("*") if p.is_file() and p.suffix in (".csv", ".gz")]


def test_a_real_site(live: str, dataset: iccgraph.Dataset, tmp_path: Path) -> None:
    """Every frame of a running site is that of the folder of its release."""
    fetched = iccgraph.open(live, cache=tmp_path)
    assert fetched.name == dataset.name
    for_all(dataset.tables, lambda n: assert_frame_equal(fetched.table(n), dataset.table(n)))
    named = iccgraph.open(f"{live}release/{dataset.name}/", cache=tmp_path)
    assert_frame_equal(named.cities, dataset.cities)


def test_a_file_is_fetched_once(site: Site, tmp_path: Path) -> None:
    """A table comes by its gzip twin when it is asked for, and not again, in no later run."""
    dataset = iccgraph.open(site.url, cache=tmp_path)
    assert len(site.asked) == 2
    assert len(dataset.cities) == len(dataset.cities) > 0
    again = iccgraph.open(site.url, cache=tmp_path)
    assert_frame_equal(again.cities, dataset.cities)
    asked = [path for path, _ in site.asked if path.endswith(f"{TABLE}.gz")]
    assert asked == [f"/release/{site.current}/{TABLE}.gz"]


def test_a_file_without_a_twin(site: Site, tmp_path: Path, release: Path) -> None:
    """A file that has no gzip twin comes as it is."""
    path = iccgraph.open(site.url, cache=tmp_path).path("SHA256SUMS")
    assert path.read_bytes() == (release / "dumps" / "SHA256SUMS").read_bytes()


def test_one_release_is_read(site: Site, tmp_path: Path) -> None:
    """What is published after a release was opened changes nothing in what it gives."""
    dataset = iccgraph.open(site.url, cache=tmp_path)
    first, site.current = site.current, "2026-01-01-000000000000"
    assert len(dataset.practices) > 0
    assert {path for path, _ in site.asked[1:]} == {
        f"/release/{first}/{MANIFEST}",
        f"/release/{first}/practices.csv.gz",
    }


def test_without_the_site(site: Site, tmp_path: Path) -> None:
    """What was fetched can be read later without asking anybody, by site and by release."""
    before = iccgraph.open(site.url, cache=tmp_path).fetch("cities", "topics")
    asked = len(site.asked)
    offline = iccgraph.open(site.url, cache=tmp_path, offline=True)
    assert_frame_equal(offline.cities, before.cities)
    with pytest.raises(ChecksumError, match=r"practices\.csv was not fetched"):
        _ = offline.practices
    with pytest.raises(DownloadError, match="no release of this site was fetched"):
        iccgraph.open("http://example.org/", cache=tmp_path, offline=True)
    assert len(site.asked) == asked
    named = iccgraph.open(site.url, release=before.name, cache=tmp_path)
    assert_frame_equal(named.cities, before.cities)
    assert len(site.asked) == asked


def test_a_kept_file_that_was_changed(site: Site, tmp_path: Path) -> None:
    """A file of the cache that is not as it was is fetched again, or refused without the site."""
    path = iccgraph.open(site.url, cache=tmp_path).path(TABLE)
    good = path.read_bytes()
    path.write_bytes(good[:-1])
    with pytest.raises(ChecksumError, match="was changed since"):
        _ = iccgraph.open(site.url, cache=tmp_path, offline=True).cities
    assert iccgraph.open(site.url, cache=tmp_path).path(TABLE).read_bytes() == good


def test_a_download_goes_on(site: Site, tmp_path: Path) -> None:
    """After a download that broke off, the next one asks for the rest alone."""
    dataset = iccgraph.open(site.url, cache=tmp_path)
    site.faults[f"{TABLE}.gz"] = "cut"
    with pytest.raises(DownloadError, match="goes on there"):
        _ = dataset.cities
    assert half_written(tmp_path) == []
    site.faults.clear()
    assert len(dataset.cities) > 0
    path, asked = site.asked[-1]
    assert path.endswith(f"{TABLE}.gz")
    assert int(asked.removeprefix("bytes=").rstrip("-")) > 0


@pytest.mark.parametrize("ranges", [True, False])
def test_another_beginning(site: Site, tmp_path: Path, ranges: bool) -> None:
    """What is left of another file does no harm, nor a site that sends no ranges."""
    dataset = iccgraph.open(site.url, cache=tmp_path)
    site.ranges = ranges
    left = tmp_path / "releases" / dataset.name / "dumps" / f"{TABLE}.gz.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"something else")
    assert len(dataset.cities) > 0
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("silent", DownloadTimeout, "did not answer within 0.4 seconds"),
        ("slow-head", DownloadTimeout, "did not answer within 0.4 seconds"),
        ("slow", DownloadTimeout, "sends less than 64 KiB a second"),
        ("page", DownloadError, "is something else, where the manifest of a release was expected"),
        ("cut", DownloadError, "broke off before its end|is not as it was made"),
        ("changed", DownloadError, "is not as it was made"),
        ("loop", DownloadError, "leads from one address to another without end"),
        ("404", DownloadError, r"is not there \(404\); expected a file of a release"),
        ("410", DownloadError, r"has been deleted \(410\)"),
        ("403", DownloadError, "answers 403, and no file"),
        ("500", DownloadError, "answers 500; the site is busy or broken"),
        ("503", DownloadError, "answers 503; the site is busy or broken"),
    ],
)
def test_a_site_with_a_fault(
    site: Site, tmp_path: Path, fault: str, error: type[IccGraphError], words: str
) -> None:
    """A site that is slow, wrong or broken is one error that says what it did, and what to do."""
    site.faults[MANIFEST] = fault
    with pytest.raises(error, match=words) as caught:
        iccgraph.open(site.url, cache=tmp_path, timeout=SHORT)
    assert str(caught.value).startswith(site.url)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("silent", DownloadTimeout, "did not answer within 0.4 seconds"),
        ("slow", DownloadTimeout, "sends less than 64 KiB a second"),
        ("page", DownloadError, "ended after 53 of|is not the file"),
        ("cut", DownloadError, "broke off before its end|ended after"),
        ("changed", ChecksumError, "is not the file that the manifest names"),
        ("long", DownloadError, "has more than the"),
        ("404", DownloadError, "is not there"),
        ("410", DownloadError, "has been deleted"),
        ("500", DownloadError, "answers 500"),
    ],
)
def test_a_file_with_a_fault(
    site: Site, tmp_path: Path, fault: str, error: type[IccGraphError], words: str
) -> None:
    """A file that comes wrong is one error that names its address, and nothing of it is kept."""
    dataset = iccgraph.open(site.url, cache=tmp_path, timeout=SHORT)
    site.faults[f"{TABLE}.gz"] = fault
    with pytest.raises(error, match=words) as caught:
        _ = dataset.cities
    assert str(caught.value).startswith(f"{site.url}release/{site.current}/{TABLE}.gz: ")
    assert half_written(tmp_path) == []
    site.faults.clear()
    assert len(dataset.cities) > 0


def test_nobody_is_there(tmp_path: Path) -> None:
    """An address where nothing listens is an error that names what can be read all the same."""
    with pytest.raises(DownloadError, match=r"cannot be reached.*offline=True"):
        iccgraph.open(f"http://127.0.0.1:{free_port()}/", cache=tmp_path)


@pytest.mark.parametrize("format", [FORMAT + 1, FORMAT - 1])
def test_another_format(site: Site, release: Path, tmp_path: Path, format: int) -> None:
    """A release of another format, on a site or on disk, names the version that reads it."""
    document = json.loads((release / MANIFEST).read_text(encoding="utf-8"))
    document["content"]["format"] = format
    document["content"]["versions"]["iccgraph"] = "7.1.0"
    other = tmp_path / "releases" / release.name
    other.mkdir(parents=True)
    (other / MANIFEST).write_text(json.dumps(document), encoding="utf-8")
    site.folder = other.parent
    for source in (site.url, str(other)):
        with pytest.raises(ReleaseFormatError, match=r"pip install 'iccgraph\[research\]==7.1.0'"):
            iccgraph.open(source, cache=tmp_path / "cache")


def test_another_release_than_named(site: Site, release: Path, tmp_path: Path) -> None:
    """A site that sends the manifest of another release than the one that is named is refused."""
    named = "2026-01-01-000000000000"
    shutil.copytree(release, tmp_path / "releases" / named)
    site.folder = tmp_path / "releases"
    with pytest.raises(DownloadError, match=f"sent the manifest of {release.name}"):
        iccgraph.open(site.url, release=named, cache=tmp_path / "cache")


def test_content_that_was_changed_with_its_checksum(
    site: Site, release: Path, tmp_path: Path
) -> None:
    """A manifest that names other files than those of its release’s name is refused."""
    text = (release / MANIFEST).read_text(encoding="utf-8")
    other = tmp_path / "releases" / release.name
    other.mkdir(parents=True)
    (other / MANIFEST).write_text(text.replace('"size": ', '"size": 1'), encoding="utf-8")
    site.folder = other.parent
    with pytest.raises(DownloadError, match="is not as it was made"):
        iccgraph.open(site.url, cache=tmp_path / "cache")


SMALL_DISK = """
import resource, sys
import iccgraph
from iccgraph.errors import CacheError
dataset = iccgraph.open(sys.argv[1], cache=sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))
try:
    dataset.practices
except CacheError as error:
    print(error)
"""


def test_a_full_disk(site: Site, tmp_path: Path) -> None:
    """A disk that takes no more is one error, and no file stands half-written under its name."""
    command = [sys.executable, "-c", SMALL_DISK, site.url, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert "cannot keep what is fetched (File too large); make room" in done.stdout
    assert half_written(tmp_path) == []


def test_a_folder_that_cannot_be_written(site: Site, tmp_path: Path) -> None:
    """A folder for the cache that cannot be made is one error that names another way."""
    (tmp_path / "file").touch()
    with pytest.raises(CacheError, match=r"cannot keep what is fetched .*cache="):
        iccgraph.open(site.url, cache=tmp_path / "file" / "cache")


@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "http:///data",
        "http://localhost:99999/",
        "http://a/?q=1",
        "http://[",
        "HTTPS://#",
    ],
)
def test_no_address(address: str, tmp_path: Path) -> None:
    """What is no address of a site is told, with one that is."""
    with pytest.raises(ArgumentError, match=r"is no address of a site; expected one such as"):
        iccgraph.open(address, cache=tmp_path)


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("http://a/release/2026-01-01-000000000000/", {"release": "2026-01-01-000000000001"}),
        ("http://a/", {"release": "newest"}),
        ("http://a/", {"release": "../../x"}),
        ("http://a/", {"timeout": 0}),
        ("http://a/", {"timeout": float("nan")}),
    ],
)
def test_arguments(source: str, arguments: dict[str, object], tmp_path: Path) -> None:
    """Arguments that make no sense are refused before anybody is asked."""
    with pytest.raises(ArgumentError):
        iccgraph.open(source, cache=tmp_path, **arguments)  # type: ignore[arg-type]


def damaged(release: Path, folder: Path, change: Callable[[Path], object]) -> Path:
    """Return a copy of a release of which something was changed."""
    copy = folder / release.name
    shutil.copytree(release, copy)
    change(copy)
    return copy


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: (p / "dumps" / TABLE).write_text("x"), r"is not what the manifest says"),
        (lambda p: (p / "dumps" / TABLE).unlink(), r"cannot be read \(No such file"),
        (lambda p: (p / MANIFEST).write_text("{}"), "is not the manifest of a release"),
        (lambda p: (p / MANIFEST).write_bytes(b"\xff"), "codec|manifest"),
        (lambda p: (p / MANIFEST).unlink(), "is neither a release, which has a manifest.json"),
        (shutil.rmtree, "is no folder; expected a folder of releases, or the address of a site"),
    ],
)
def test_a_folder_with_a_fault(
    change: Callable[[Path], object], words: str, release: Path, tmp_path: Path
) -> None:
    """A folder that is no release, or not as it was made, is refused, and named."""
    folder = damaged(release, tmp_path, change)
    with pytest.raises(ReleaseError, match=words) as caught:
        _ = iccgraph.open(folder).cities
    assert str(caught.value).startswith(str(folder))


def test_a_folder_of_releases(release: Path) -> None:
    """A folder of releases is opened at the current one, or at one that is named."""
    assert iccgraph.open(release.parent).name == release.name
    assert iccgraph.open(str(release.parent), release=release.name).name == release.name
    for source in (release.parent, release):
        with pytest.raises(ReleaseError):
            iccgraph.open(source, release="2026-01-01-000000000000")


def test_what_cannot_be_imported() -> None:
    """Without the packages of the extra, the error says how they are installed."""
    script = (
        "import sys; sys.modules['pandas'] = None; import iccgraph\n"
        "try:\n    iccgraph.open\nexcept iccgraph.errors.ExtraMissing as error:\n    print(error)"
    )
    command = [sys.executable, "-c", f"import iccgraph.errors; {script}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "pip install 'iccgraph[research]'" in done.stdout


def test_the_own_folder(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `cache`, what is fetched is kept in the user's folder for caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    iccgraph.open(site.url)
    assert (tmp_path / "iccgraph" / "releases" / site.current / MANIFEST).exists()
    assert site.asked[0] == (LATEST, "")


def test_errors_are_of_one_tree() -> None:
    """Whoever handles errors of downloads handles slow sites and wrong files too."""
    assert issubclass(errors.DownloadTimeout, errors.DownloadError)
    assert issubclass(errors.ArgumentError, ValueError)
