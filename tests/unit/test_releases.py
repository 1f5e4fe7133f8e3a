"""Releases: published whole, compared, gone back to, verified byte by byte."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from iccgraph.cli.main import main
from iccgraph.errors import RecordsError, ReleaseError
from iccgraph.publish.check import check_all
from iccgraph.publish.pipeline import Built, build_release
from iccgraph.release.changes import Tombstone, read_tombstones
from iccgraph.release.folder import ReleaseFolder
from iccgraph.release.manifest import (
    CHANGES,
    INDEX,
    MANIFEST,
    QUADS,
    RETIRED,
    STORE,
    TOMBSTONES,
    read_manifest,
    verify_release,
)
from iccgraph.serve.dataset.open import open_current
from iccgraph.settings import Settings
from tests.unit.support import (
    add,
    change,
    listing,
    load,
    made,
    remove,
    replace_text,
    small_sources,
    withdraw,
)


def build(settings: Settings) -> Built:
    """Build without asking the shapes, which other tests do."""
    return build_release(settings, validate=False)


def folder(settings: Settings) -> ReleaseFolder:
    """Return the folder of releases."""
    return ReleaseFolder(settings.releases_dir)


def current(settings: Settings) -> Path:
    """Return the folder of the release that is served."""
    name = folder(settings).current_name()
    assert name is not None
    return settings.releases_dir / name


def tombstones(settings: Settings) -> dict[tuple[str, str], Tombstone]:
    """Return the withdrawn keys that the current release knows of."""
    return read_tombstones(current(settings) / TOMBSTONES)


def run(settings: Settings, *words: str) -> Result:
    """Run a sub-command of `releases` in this process."""
    command = ["releases", *words, f"--releases-dir={settings.releases_dir}"]
    return CliRunner().invoke(main, command)


# The same inputs give the same release.


def test_two_builds_are_alike(tmp_path: Path) -> None:
    """Two processes that build the same inputs in two folders write the same bytes."""
    found = []
    for place in ("one", "another"):
        settings = small_sources(tmp_path / place)
        script = (
            "import sys; from iccgraph.settings import Settings; from pathlib import Path;"
            "from iccgraph.publish.pipeline import build_release; home = Path(sys.argv[1]);"
            "build_release(Settings(data_dir=home / 'data', ontology_dir=home / 'ontology',"
            " shapes_dir=home / 'shapes', releases_dir=home / 'releases'))"
        )
        subprocess.run([sys.executable, "-c", script, str(tmp_path / place)], check=True)
        found.append(made(settings.releases_dir))
    assert found[0] == found[1]
    assert len(found[0]) > 20


def test_next_builds_are_alike(tmp_path: Path) -> None:
    """Two builds of the same change after the same release write the same bytes too."""
    found = []
    for place in ("one", "another"):
        settings = small_sources(tmp_path / place)
        build(settings)
        withdraw(settings, "neighbours")
        build(settings)
        found.append(made(settings.releases_dir))
    assert found[0] == found[1]


def test_building_again(released: Settings) -> None:
    """A build of unchanged sources is the release that is there already, untouched."""
    before = listing(released.releases_dir)
    built = build_release(released)
    after = listing(released.releases_dir)
    assert built.name == current(released).name
    assert built.manifest == read_manifest(current(released))
    assert after == before


def test_name_tells_the_content(released: Settings) -> None:
    """The name is a date of the data and the beginning of a checksum."""
    name = current(released).name
    assert name.startswith("2026-11-23-")
    assert read_manifest(current(released)).name == name


def test_name_changes_with_the_data(released: Settings) -> None:
    """Any change of a source, even of a remark, gives another release."""
    before = current(released).name
    change(released, "practices", "neighbours", note="Checked.")
    assert build(released).name != before


# What changed.


def changes(settings: Settings) -> set[tuple[str, str]]:
    """Return what the current release says of each thing that changed."""
    rows = load(current(settings) / CHANGES)
    return {(row["change"], f"{row['kind']}/{row['key']}") for row in rows}


def test_first_release_has_no_changes(released: Settings) -> None:
    """The first release knows of no release before it."""
    history = read_manifest(current(released)).history
    assert (history.previous, history.added, history.changed, history.withdrawn) == ("", 0, 0, 0)
    assert changes(released) == set()


def test_added_changed_and_withdrawn(released: Settings) -> None:
    """A release lists what was added, changed and withdrawn since the one before."""
    first = current(released).name
    withdraw(released, "school-radio")
    change(released, "doubles", "street-books", other="neighbours")
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    add(released, "practices", like="street-books", key="chess", title="Chess", summary="Plays.")
    built = build(released)
    assert changes(released) == {
        ("added", "practice/chess"),
        ("changed", "practice/casa-aberta"),
        ("withdrawn", "practice/school-radio"),
        ("withdrawn", "city-topic/cordoba-ar/education"),
    }
    history = built.manifest.history
    assert (history.previous, history.added, history.changed, history.withdrawn) == (first, 1, 1, 2)


def test_remark_changes_no_thing(released: Settings) -> None:
    """A change that is not published changes no thing."""
    change(released, "practices", "neighbours", note="Checked.")
    build(released)
    assert changes(released) == set()


def test_tombstone(released: Settings) -> None:
    """What was computed and is no more leaves a tombstone: what it was called and since when."""
    withdraw(released, "neighbours")
    name = build(released).name
    assert tombstones(released)["city-topic", "barcelona/education"] == Tombstone(
        *("city-topic", "barcelona/education", "Barcelona – Education", "", name),
        "it is no longer in the tables",
    )


def test_tombstone_stays(released: Settings) -> None:
    """What is gone stays gone in all later releases, since the release that it left."""
    withdraw(released, "neighbours")
    name = build(released).name
    for text in ("One.", "Two."):
        change(released, "practices", "casa-aberta", summary=text)
        build(released)
        assert tombstones(released)["practice", "neighbours"].since == name


def test_tombstone_of_what_came_back(released: Settings) -> None:
    """What is computed again has no tombstone any more."""
    change(released, "practices", "neighbours", topics="education")
    build(released)
    assert ("city-topic", "barcelona/neighbourhood") in tombstones(released)
    change(released, "practices", "neighbours", topics="neighbourhood", summary="Another one.")
    build(released)
    assert ("city-topic", "barcelona/neighbourhood") not in tombstones(released)


# A name that was published is for good.


def refused(settings: Settings) -> list[str]:
    """Return the problems for which a build is refused; the releases stay as they were."""
    before = listing(settings.releases_dir)
    with pytest.raises(RecordsError) as caught:
        build(settings)
    assert listing(settings.releases_dir) == before
    return [str(problem) for problem in caught.value.problems]


def test_vanished_key(released: Settings) -> None:
    """A published key that no table has any more is refused, until the row that is shown is added.

    `validate` tells the same as `build`.
    """
    remove(released, "practices", "neighbours")
    (problem,) = refused(released)
    assert problem.startswith("retired.csv: the practice 'neighbours' (Neighbours) is published,")
    assert [str(p) for p in check_all(released).problems] == [problem]
    table = released.data_dir / "retired.csv"
    row = problem.rpartition(": ")[2]
    assert row.startswith("practice,neighbours,withdrawn,,")
    assert row.endswith(",It is no longer published.")
    table.write_text(table.read_text() + row + "\n")
    assert check_all(released).problems == ()
    assert build(released).manifest.history.withdrawn == 5


def test_renamed_key(released: Settings) -> None:
    """If another key has the title of one that vanished, the row that is shown says renamed."""
    change(released, "practices", "neighbours", key="good-neighbours")
    (problem,) = refused(released)
    table = released.data_dir / "retired.csv"
    row = problem.rpartition(": ")[2]
    assert row.startswith("practice,neighbours,renamed,good-neighbours,")
    assert row.endswith(",The key was changed.")
    table.write_text(table.read_text() + row + "\n")
    build(released)
    assert ("practice", "neighbours") in read_tombstones(current(released) / RETIRED)


def test_vanished_namesake(released: Settings) -> None:
    """A thing that was published under the same label is not taken for the new name."""
    remove(released, "doubles", "street-books")
    remove(released, "practices", "school-radio")
    remove(released, "cities", "cordoba-ar")
    rows = [problem.rpartition(": ")[2] for problem in refused(released)]
    assert [row.split(",")[:4] for row in rows] == [
        ["city", "cordoba-ar", "withdrawn", ""],
        ["practice", "school-radio", "withdrawn", ""],
    ]


def test_vanished_city_and_topic(released: Settings) -> None:
    """The keys of places and topics are for good too."""
    change(released, "cities", "cordoba-ar", key="cordoba-in-argentina")
    for name in ("topics-index.ttl", "topics-mapping.ttl"):
        replace_text(released.data_dir / name, "welcoming-newcomers", "hospitality")
    names = [problem.partition(" (")[0].partition("the ")[2] for problem in refused(released)]
    assert names == ["city 'cordoba-ar'", "topic 'welcoming-newcomers'"]


def test_vanished_key_in_a_spoiled_table(released: Settings) -> None:
    """Where a row could not be read, nothing is said of keys that may be in it."""
    change(released, "practices", "neighbours", key="Good neighbours")
    (problem,) = refused(released)
    assert problem.startswith("practices.csv:3:1 (key): ")


def test_vanished_city_of_a_spoiled_country(released: Settings) -> None:
    """Where countries could not be read, nothing is said of keys of cities in them either."""
    replace_text(released.data_dir / "countries.csv", "iso3", "code")
    assert not [problem for problem in refused(released) if "is published" in problem]


def test_keys_of_no_release(small: Settings) -> None:
    """Without a release nothing was published, so any key may go."""
    remove(small, "practices", "neighbours")
    assert build(small).manifest.content.counts["practice"] == 3


def test_retired_key(released: Settings) -> None:
    """A renamed practice leaves its old key with the new one."""
    change(released, "practices", "neighbours", key="good-neighbours")
    add(
        released,
        "retired",
        kind="practice",
        key="neighbours",
        action="renamed",
        replaced_by="good-neighbours",
        date="2026-11-24",
        reason="The title has changed.",
    )
    build(released)
    assert read_tombstones(current(released) / RETIRED) == {
        ("practice", "neighbours"): Tombstone(
            *("practice", "neighbours", "", "good-neighbours", "2026-11-24"),
            "The title has changed.",
        )
    }


# Going back and forth.


def test_rollback(released: Settings) -> None:
    """Going back serves the release before, removes nothing, and says what a build would do."""
    first = current(released).name
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    second = build(released).name
    result = run(released, "rollback")
    assert (result.exit_code, result.stdout) == (0, f"{first}\n")
    assert f"the tables still hold what {second} was made of" in result.stderr
    assert "put the tables right first" in result.stderr
    assert current(released).name == first
    assert folder(released).names() == [first, second]
    assert run(released, "use", second).stderr == ""


def test_history_is_never_rewritten(released: Settings) -> None:
    """A build that arrives at a release that is there makes it current and changes no byte of it.

    Not even its history, though another release was current before.
    """
    for text in ("One.", "Two."):
        change(released, "practices", "casa-aberta", summary=text)
        newest = build(released)
    before = listing(released.releases_dir / newest.name)
    for _ in range(2):
        assert run(released, "rollback").exit_code == 0
    again = build(released)
    assert (again.name, again.new) == (newest.name, False)
    assert again.manifest == newest.manifest
    assert current(released).name == newest.name
    assert listing(released.releases_dir / newest.name) == before


def several(settings: Settings, count: int) -> list[str]:
    """Return the names of some releases, the oldest first."""
    names = [current(settings).name]
    for number in range(1, count):
        change(settings, "practices", "casa-aberta", summary=f"Opens {number} houses.")
        names.append(build(settings).name)
    return names


def test_prune(released: Settings) -> None:
    """The oldest releases are deleted and named; as many stay as were asked for."""
    names = several(released, 4)
    result = run(released, "prune", "--keep", "2")
    assert (result.exit_code, result.stdout.split()) == (0, names[:2])
    assert folder(released).names() == names[2:]
    assert run(released, "prune", "--keep", "5").stdout == ""
    assert run(released, "verify").exit_code == 0


def test_prune_after_going_back(released: Settings) -> None:
    """The current release and the one before it stay, whatever is newer."""
    names = several(released, 4)
    assert run(released, "use", names[1]).exit_code == 0
    assert run(released, "prune", "--keep", "2").stdout.split() == names[2:]
    assert folder(released).names() == names[:2]
    assert run(released, "prune", "--keep", "1").stdout.split() == [names[0]]
    assert current(released).name == names[1]


def test_prune_of_a_link(released: Settings, tmp_path: Path) -> None:
    """A release that lies elsewhere loses its link here; what the link leads to is left alone."""
    names = several(released, 2)
    elsewhere = (released.releases_dir / names[0]).rename(tmp_path / names[0])
    (released.releases_dir / names[0]).symlink_to(elsewhere)
    assert run(released, "prune", "--keep", "1").stdout.split() == [names[0]]
    assert folder(released).names() == [names[1]]
    assert (elsewhere / "manifest.json").is_file()


@pytest.mark.parametrize("words", [["--keep", "0"], ["--keep", "many"], []])
def test_prune_to_nothing(released: Settings, words: list[str]) -> None:
    """At least one release stays, and a person says how many."""
    assert run(released, "prune", *words).exit_code == 2
    assert len(folder(released).names()) == 1


def test_prune_without_a_current_release(released: Settings) -> None:
    """Where nobody knows which release is served, none is deleted."""
    names = several(released, 2)
    (released.releases_dir / "current").unlink()
    assert run(released, "prune", "--keep", "1").exit_code == 4
    assert folder(released).names() == names


def test_no_rollback(released: Settings) -> None:
    """From the first release there is no way back."""
    result = run(released, "rollback")
    assert result.exit_code == 4
    assert "there is no earlier release to go back to" in result.stderr


def test_rollback_to_a_removed_release(released: Settings) -> None:
    """A release whose folder was removed cannot be gone back to."""
    first = current(released)
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    second = build(released).name
    shutil.rmtree(first)
    assert run(released, "rollback").exit_code == 4
    assert current(released).name == second


def test_use(released: Settings) -> None:
    """Any release can be served, named by its beginning or its end."""
    first = current(released).name
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    second = build(released).name
    assert run(released, "use", first[-6:]).stdout == f"{first}\n"
    assert current(released).name == first
    assert run(released, "use", second).stdout == f"{second}\n"
    assert current(released).name == second


@pytest.mark.parametrize("name", ["2026", "nothing", "../data", ""])
def test_use_of_no_one_release(released: Settings, name: str) -> None:
    """A name that means no release, or more than one, changes nothing."""
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    second = build(released).name
    assert run(released, "use", name).exit_code == 4
    assert current(released).name == second


def test_use_of_a_damaged_release(released: Settings) -> None:
    """A damaged release is not served."""
    first = current(released)
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    second = build(released).name
    (first / QUADS).write_bytes(b"")
    assert run(released, "use", first.name).exit_code == 4
    assert current(released).name == second


def test_list(released: Settings) -> None:
    """The list has one line a release, the oldest first, and a star at the served one."""
    first = current(released).name
    withdraw(released, "neighbours")
    second = build(released).name
    lines = run(released, "list").stdout.splitlines()
    assert [line.split()[: 1 + line.startswith("*")] for line in lines] == [[first], ["*", second]]
    assert "4 practices" in lines[0]
    assert "3 practices" in lines[1]
    assert lines[1].endswith("+0 ~0 -5")


def test_list_of_nothing(small: Settings) -> None:
    """Where there is no release the list says how to make one."""
    result = run(small, "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"no release yet in {small.releases_dir}; run `iccgraph build`\n"


def test_list_with_a_damaged_release(released: Settings) -> None:
    """A damaged release is listed as that, and does not hide the others."""
    (released.releases_dir / "2026-11-22-0123456789ab").mkdir()
    damaged, whole = run(released, "list").stdout.splitlines()
    assert damaged.startswith("  2026-11-22-0123456789ab  damaged: ")
    assert whole.startswith(f"* {current(released).name}  4 practices")


def test_compare(released: Settings) -> None:
    """Two releases are compared thing by thing, in the direction that was asked."""
    first = current(released).name
    change(released, "practices", "neighbours", title="Good neighbours")
    second = build(released).name
    assert run(released, "compare", first).stdout == (
        "changed\tpractice/neighbours\tGood neighbours\n"
    )
    result = run(released, "compare", second, first)
    assert result.stdout == "changed\tpractice/neighbours\tNeighbours\n"
    assert f"1 differences from {second} to {first}" in result.stderr


def test_compare_with_nothing(released: Settings) -> None:
    """A release that is not there cannot be compared."""
    assert run(released, "compare", "nothing").exit_code == 4


# Verifying.


def test_whole_release(released: Settings) -> None:
    """A whole release is verified by name or as the current one."""
    for name in ("current", current(released).name[:14]):
        result = run(released, "verify", name)
        assert result.exit_code == 0
        assert "every checksum is right" in result.stderr


def files(settings: Settings) -> list[str]:
    """Return the path of each file of the current release."""
    present = listing(current(settings))
    return [path for path in present if (current(settings) / path).is_file()]


def test_manifest_names_every_file(released: Settings) -> None:
    """Every file of a release but the manifest has its checksum there, the store's too."""
    assert files(released) == sorted({*read_manifest(current(released)).checked_files(), MANIFEST})
    assert any(path.startswith(f"{STORE}/") for path in files(released))


def test_changed_byte(released: Settings) -> None:
    """One changed byte in any file is found, and the file is named.

    Nothing that answers opens such a release, and no verb takes it.
    """
    name = current(released).name
    for path in (current(released) / file for file in files(released)):
        content = path.read_bytes()
        if not content:
            continue
        middle = len(content) // 2
        other = b"\t" if content[middle : middle + 1] != b"\t" else b" "
        path.write_bytes(content[:middle] + other + content[middle + 1 :])
        for look in (
            lambda: verify_release(current(released)),
            lambda: folder(released).use(name),
            lambda: open_current(folder(released), 10**6),
        ):
            with pytest.raises(ReleaseError) as caught:
                look()
            assert str(path) in str(caught.value)
        path.write_bytes(content)
    verify_release(current(released))


def test_changed_figure_of_the_manifest(released: Settings) -> None:
    """What the manifest says of index, store and history is as safe as what its name tells."""
    path = current(released) / MANIFEST
    text = path.read_text()
    for old, new in (
        ('"withdrawn": 0', '"withdrawn": 1'),
        ('"previous": ""', '"previous": "2026-11-22-0123456789ab"'),
        ('"checksum": "', '"checksum": "0'),
    ):
        assert old in text
        path.write_text(text.replace(old, new))
        with pytest.raises(ReleaseError, match=r"manifest\.json: was changed"):
            verify_release(current(released))


def test_copy_into_a_release(released: Settings, tmp_path: Path) -> None:
    """A release that was copied into another one is named; the damaged one is not served."""
    nested = current(released) / "copy"
    shutil.copytree(current(released), tmp_path / "copy")
    (tmp_path / "copy").rename(nested)
    result = run(released, "verify")
    assert result.exit_code == 4
    assert f"{nested}: is not part of this release" in result.stderr
    assert run(released, "use", current(released).name).exit_code == 4
    with pytest.raises(ReleaseError, match="is not part of this release"):
        open_current(folder(released), 10**6)


@pytest.mark.parametrize("place", ["note.txt", "dumps/note.txt", "store/1.sst", "empty/"])
def test_stray_files(released: Settings, place: str) -> None:
    """Whatever is in a release and not in its manifest is named, an empty folder too."""
    path = current(released) / place
    if place.endswith("/"):
        path.mkdir()
    else:
        path.write_text("A note.")
    with pytest.raises(ReleaseError) as caught:
        verify_release(current(released), full=False)
    assert str(caught.value).startswith(f"{path}: is not part of this release")


def test_opening_writes_nothing(released: Settings) -> None:
    """Reading a release, from memory or from disk, leaves its folder as it was."""
    before = listing(current(released))
    for memory in (0, 10**6):
        store = open_current(folder(released), memory).store
        assert len(list(store.quads_for_pattern(None, None, None, None))) > 1000
    assert listing(current(released)) == before
    verify_release(current(released))


def test_missing_and_shortened_files(released: Settings) -> None:
    """A missing or shortened file is found even without checksums, and the file is named."""
    for name in read_manifest(current(released)).checked_files():
        path = current(released) / name
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(ReleaseError, match=r"cannot be read \(No such file"):
            verify_release(current(released), full=False)
        path.write_bytes(content[:-1])
        if not content:
            continue
        with pytest.raises(ReleaseError, match=rf"{path.name}: has {len(content) - 1} bytes"):
            verify_release(current(released), full=False)
        path.write_bytes(content)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"practice": 4', '"practice": 5'),
        ('"base_iri": "https://w3id.org/iccgraph/"', '"base_iri": "https://example.org/"'),
        ('"conforms": true', '"conforms": false'),
        ('"date": "2026-11-23"', '"date": "2026-11-24"'),
    ],
)
def test_changed_manifest(released: Settings, old: str, new: str) -> None:
    """A manifest that tells another content than the folder's name is found."""
    replace_text(current(released) / MANIFEST, old, new)
    with pytest.raises(ReleaseError, match=r"manifest\.json: was changed"):
        verify_release(current(released))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"content": 3}', '{"content": {"format": 6}}', "\udcff"]
)
def test_unreadable_manifest(released: Settings, text: str) -> None:
    """A manifest that is none is told as that."""
    (current(released) / MANIFEST).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ReleaseError, match="is not a manifest"):
        read_manifest(current(released))


def test_manifest_with_odd_files(released: Settings) -> None:
    """A manifest whose list of files is no list of files is told as that."""
    path = current(released) / MANIFEST
    document = json.loads(path.read_text())
    document["content"]["files"] = ["a"]
    path.write_text(json.dumps(document))
    with pytest.raises(ReleaseError, match="is not a manifest"):
        read_manifest(current(released))


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "made by an older version of iccgraph; build anew"), (99, "made by a newer version")],
)
def test_release_of_another_version(released: Settings, number: int, words: str) -> None:
    """A release of another version is told to be that by every verb that reads it."""
    replace_text(current(released) / MANIFEST, '"format": 6', f'"format": {number}')
    for verb in (["verify"], ["use", current(released).name], ["rollback"]):
        result = run(released, *verb)
        assert result.exit_code == 4
        assert words in result.stderr
    assert words.partition(";")[0] in run(released, "list").stdout


def test_build_after_a_release_of_an_older_version(released: Settings) -> None:
    """The first build of a new version knows what has changed since, and what was withdrawn."""
    withdraw(released, "neighbours")
    old = build(released).name
    replace_text(current(released) / MANIFEST, '"format": 6', '"format": 2')
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    history = build(released).manifest.history
    assert (history.previous, history.changed) == (old, 1)
    assert tombstones(released)["practice", "neighbours"].since == old


def test_missing_manifest(released: Settings) -> None:
    """A folder without a manifest is no release."""
    (current(released) / MANIFEST).unlink()
    result = run(released, "verify")
    assert result.exit_code == 4
    assert "this folder is not a release" in result.stderr


@pytest.mark.parametrize("keep", [True, False])
def test_missing_store(released: Settings, keep: bool) -> None:
    """A release whose store is gone, or empty, is found."""
    shutil.rmtree(current(released) / STORE)
    if keep:
        (current(released) / STORE).mkdir()
    result = run(released, "verify")
    assert result.exit_code == 4
    assert f"{current(released) / STORE}/" in result.stderr
    assert "cannot be read (No such file" in result.stderr


# Mending.


@pytest.mark.parametrize("name", [QUADS, MANIFEST, INDEX, TOMBSTONES])
def test_building_anew(released: Settings, name: str) -> None:
    """A damaged current release is mended by a build of the same sources."""
    (current(released) / name).write_bytes(b"")
    build_release(released)
    verify_release(current(released))
    assert [p.name for p in released.releases_dir.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("name", [QUADS, MANIFEST, INDEX])
def test_damaged_previous_release(released: Settings, name: str) -> None:
    """A build after a damaged current release is refused, for what was withdrawn would be lost."""
    (current(released) / name).write_bytes(b"")
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    before = listing(released.releases_dir)
    with pytest.raises(ReleaseError, match="the current release is damaged") as caught:
        build(released)
    assert "releases use NAME" in str(caught.value)
    assert listing(released.releases_dir) == before


def test_current_release_is_gone(released: Settings) -> None:
    """A build goes on where the folder of the current release was removed."""
    shutil.rmtree(current(released))
    assert build(released).manifest.history.previous == ""
    verify_release(current(released))


def test_strange_pointer(released: Settings) -> None:
    """A pointer that names no release is told with what to do."""
    (released.releases_dir / "current").write_text("latest\n")
    with pytest.raises(ReleaseError, match="run `iccgraph releases use NAME`"):
        folder(released).current_name()


# Publishing.


def test_pointer_is_the_last_to_change(released: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks while a release is published sees the old one until the new one is whole."""
    seen = []
    before = current(released).name
    point = ReleaseFolder.point

    def watched(self: ReleaseFolder, name: str) -> None:
        seen.append(self.current_name())
        verify_release(self.path / name)
        point(self, name)

    monkeypatch.setattr(ReleaseFolder, "point", watched)
    change(released, "practices", "casa-aberta", summary="Opens two houses.")
    after = build(released).name
    assert seen == [before]
    assert folder(released).current_name() == after


def test_modes(released: Settings) -> None:
    """Another user, such as that of a server, may read a release."""
    assert current(released).stat().st_mode & 0o555 == 0o555
    assert (released.releases_dir / "current").stat().st_mode & 0o444 == 0o444


def test_other_files_are_no_releases(released: Settings) -> None:
    """Files and folders of other names are left alone."""
    name = current(released).name
    (released.releases_dir / "notes").mkdir()
    (released.releases_dir / "2026-11-23-0123456789ab").write_text("a file")
    assert folder(released).names() == [name]


def test_folder_of_another_name(released: Settings) -> None:
    """A release that was renamed is not what its name says."""
    path = current(released)
    other = path.with_name("2026-11-23-0123456789ab")
    path.rename(other)
    with pytest.raises(ReleaseError, match="its content belongs to a release named"):
        verify_release(other)


def test_releases_of_two_bases(released: Settings) -> None:
    """A release under another base has another name, and all its things are new."""
    built = build(replace(released, base_iri="https://example.org/"))
    assert built.manifest.content.base_iri == "https://example.org/"
    assert built.manifest.history.changed > 0
