"""The verb `portal-score`: what data.europa.eu will think of the catalogue, before it reads it."""

from __future__ import annotations

import click

from iccgraph.cli.options import settings_options
from iccgraph.settings import Settings


@click.command("portal-score", epilog="Example: iccgraph portal-score")
@settings_options("releases_dir", "site_url")
def portal_score(settings: Settings) -> None:
    """Score the catalogue of the current release by the metrics of data.europa.eu.

    One line an indicator: its points, what it looks at, and the datasets that miss it.
    """
    from iccgraph.release.folder import ReleaseFolder
    from iccgraph.serve.catalogue.document import statements
    from iccgraph.serve.catalogue.quality import METRICS, MOST, passed
    from iccgraph.serve.dataset.open import open_current

    release = open_current(ReleaseFolder(settings.releases_dir), settings.memory_triples)
    said = statements(release, settings.site)
    results = {dataset: passed(said, dataset) for dataset in said.things("dcat:Dataset")}
    total = 0
    for metric in METRICS:
        missing = [iri.rpartition("#")[2] for iri, good in results.items() if not good[metric]]
        points = 0 if missing else metric.points
        total += points
        line = f"{points:3} of {metric.points:2}  {metric.dimension:16}  {metric.label}"
        click.echo(f"{line} (missing: {', '.join(missing)})" if missing else line)
    click.echo(f"{total} of {MOST}")
