"""The downloads that are several files: the bundle, the Flow Results package; and the DDI document."""

from __future__ import annotations

from typing import BinaryIO

from bot.research import codebook, codebook_html, data_package, ddi, floip, readme, syntax
from bot.research.archive import Archive
from bot.research.codebook import Codebook
from bot.research.labelled import Program, labelled
from bot.research.losses import LossReport
from bot.research.tables import Table
from bot.usecases.export_job import Job


def write_ddi(job: Job, file: BinaryIO) -> int:
    """The wide table's DDI document; the number of conversations it tells of."""
    cases = sum(1 for _ in job.runs())
    file.write(ddi.document(job.book(), cases=cases))
    return cases


def write_floip(job: Job, file: BinaryIO) -> int:
    """A Flow Results package as a ZIP; the number of responses."""
    archive = Archive(file, job.made)
    rows = _floip(job, archive, job.book(), "")
    archive.close()
    return rows


def _floip(job: Job, archive: Archive, book: Codebook, folder: str) -> int:
    archive.add(f"{folder}datapackage.json", floip.descriptor(book, job.name))
    with archive.entry(f"{folder}{floip.DATA}") as entry:
        return floip.write_rows(entry, job.design, job.runs())


def write_bundle(job: Job, file: BinaryIO, losses: LossReport) -> int:
    """Everything in one ZIP; the number of answers and scores in its long table."""
    archive, book = Archive(file, job.made), job.book()
    rows, cases = _tables(job, archive, losses)
    for program in Program:
        _labelled(job, archive, program, losses)
    archive.add("codebook/codebook.csv", codebook.as_csv(codebook.csv_rows(book)))
    archive.add("codebook/wordings.csv", codebook.as_csv(codebook.words_rows(book)))
    archive.add("codebook/codebook.json", codebook.as_json(book))
    archive.add("codebook/codebook.html", codebook_html.page(book))
    archive.add("codebook/ddi.xml", ddi.document(book, cases=cases))
    _floip(job, archive, book, "floip/")
    archive.add("languages.json", data_package.languages(book))
    files = {"long": "data/long.csv", "wide": "data/wide.csv"}
    package = data_package.descriptor(book, job.name, files, archive.digests, archive.sizes)
    archive.add("datapackage.json", package)
    archive.add("losses.csv", codebook.as_csv(losses.rows()))
    archive.add("README.txt", readme.text(book, losses, job.design.weights is not None))
    archive.close()
    return rows


def _tables(job: Job, archive: Archive, losses: LossReport) -> tuple[int, int]:
    """Both tables as CSV and Parquet; how many answers, how many conversations."""
    with archive.entry("data/long.csv") as entry:
        rows = job.csv(entry, job.long())
    # What an answer's number stands for is the same in every file: it is reported once.
    with archive.entry("data/wide.csv") as entry:
        cases = job.csv(entry, job.wide(losses))
    for table in (job.long(), job.wide(LossReport())):
        with archive.entry(f"data/{table.name}.parquet") as entry:
            job.parquet(entry, table, losses)
    return rows, cases


def _labelled(job: Job, archive: Archive, program: Program, losses: LossReport) -> None:
    table: Table = job.wide(LossReport())
    language = job.design.labels
    made = labelled(table, program, language, losses)
    with archive.entry(f"data/{table.name}.{program}") as entry:
        job.labelled(entry, made)
    if program is Program.SPSS:
        archive.add("data/wide.sps", syntax.spss(table, made, language))
    else:
        archive.add("data/wide.do", syntax.stata(made))
