"""The report as a page: coloured transcript, who carries what. Everything that came from outside is escaped."""

from functools import cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from labor_signals.report.colours import colours_of
from labor_signals.report.summary import CAVEAT
from labor_signals.results import Report

if TYPE_CHECKING:
    from jinja2 import Template

_MOST_IN_PAGE: Final = 5_000
_MOST_IN_NOTEBOOK: Final = 200
Span = tuple[str, str]


def report_to_html(report: Report, path: str | PathLike[str] | None = None) -> str:
    """A page of its own, with no outside resource; written to `path` where one is given."""
    page = _render(report, most=_MOST_IN_PAGE, whole_page=True)
    if path is not None:
        Path(path).write_text(page, encoding="utf-8")
    return page


def report_to_fragment(report: Report) -> str:
    """The same for a notebook cell, shorter."""
    return _render(report, most=_MOST_IN_NOTEBOOK, whole_page=False)


def _render(report: Report, *, most: int, whole_page: bool) -> str:
    talk = report.tagged.transcript
    order = np.arange(len(talk)) if talk.talk_order is None else talk.talk_order
    shown = order[:most]
    return _template().render(
        whole_page=whole_page,
        colours=colours_of(report.tagged.tags),
        avoidance=report.tagged.avoidance,
        conversations=_conversations(report, shown),
        left_out=len(order) - len(shown),
        notes=[str(note) for note in report.notes],
        provenance=report.provenance.to_dict(),
        caveat=CAVEAT,
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader  # noqa: PLC0415  (only where a page is made)

    environment = Environment(
        loader=PackageLoader("labor_signals.report", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja")


def _conversations(report: Report, shown: np.ndarray) -> list[dict[str, Any]]:
    talk = report.tagged.transcript
    spans = report.evidence.groupby("row")[["tag", "start", "end"]] if len(report.evidence) else None
    texts = talk.text.take(shown).to_pylist()
    carried = report.tagged.carried[shown]
    lines: dict[int, list[dict[str, Any]]] = {}
    for place, row in enumerate(shown):
        evidence = spans.get_group(int(row)) if spans is not None and int(row) in spans.groups else None
        tags = [tag for tag, has in zip(report.tagged.tags, carried[place], strict=True) if has]
        line = {
            "speaker": talk.parties[talk.speaker[row]],
            "addressee": talk.parties[talk.addressee[row]] if talk.addressee[row] >= 0 else "",
            "guessed": bool(talk.addressee_guessed[row]),
            "tags": [(tag, float(report.tagged.probability[row, report.tagged.tags.index(tag)])) for tag in tags],
            "pieces": _pieces(texts[place], evidence, tags),
        }
        lines.setdefault(int(talk.conversation[row]), []).append(line)
    return [_conversation(report, code, rows) for code, rows in lines.items()]


def _conversation(report: Report, code: int, lines: list[dict[str, Any]]) -> dict[str, Any]:
    name = report.tagged.transcript.conversations[code]
    speakers = report.speakers[report.speakers["conversation_id"] == name]
    pairs = report.pairs[report.pairs["conversation_id"] == name]
    return {
        "name": name,
        "lines": lines,
        "parties": list(speakers["speaker"]),
        "speakers": [_missing_to_none(row) for row in speakers.to_dict("records")],
        "pairs": [_missing_to_none(row) for row in pairs.to_dict("records")],
        "most": max(1e-9, float(speakers[list(report.tagged.tags)].sum(axis=1).max())),
    }


def _missing_to_none(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): None if pd.isna(value) else value for key, value in row.items()}


def _pieces(text: str, evidence: pd.DataFrame | None, tags: list[str]) -> list[Span]:
    """The text cut where evidence begins and ends; each piece with the tag that it speaks for, empty for none."""
    if evidence is None:
        return [(text, "")]
    pieces: list[Span] = []
    at = 0
    for span in evidence.sort_values(["start", "end"]).itertuples():
        start, end = int(span.start), int(span.end)  # type: ignore[arg-type]
        if span.tag not in tags or start < at:
            continue
        pieces += [(text[at:start], ""), (text[start:end], str(span.tag))]
        at = end
    return [piece for piece in [*pieces, (text[at:], "")] if piece[0]]
