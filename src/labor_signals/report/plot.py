"""One conversation as a picture: when each speaker does which work, and how much of it."""

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from labor_signals.errors import MissingExtraError
from labor_signals.report.colours import NO_TAG_COLOUR, colours_of
from labor_signals.results import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_report(report: Report, conversation_id: object = None) -> "Figure":
    """See `Report.plot`.

    Raises:
        MissingExtraError: matplotlib is not installed.
        KeyError: No conversation has that id.
    """
    ids = report.tagged.transcript.conversations
    if conversation_id is not None and conversation_id not in ids:
        raise KeyError(f"no conversation has the id given; expected one of the {len(ids):,} in report.speakers.")
    code = 0 if conversation_id is None else int(np.flatnonzero(ids == conversation_id)[0])
    speakers = report.speakers[report.speakers["conversation_id"] == ids[code]]
    figure = _figure_class()(figsize=(10, 1.6 + 1.1 * len(speakers)), layout="constrained")
    timeline, amounts = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_timeline(timeline, report, code, list(speakers["speaker"]))
    _draw_amounts(amounts, report, speakers)
    handles, labels = amounts.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    return figure


@cache
def _figure_class() -> "type[Figure]":
    """A figure that a notebook shows without pyplot, and so without its global state."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  (an extra)
    except ImportError as error:
        raise MissingExtraError("matplotlib", extra="plots", purpose="A plot") from error

    class ShownFigure(Figure):
        def _repr_png_(self) -> bytes:
            picture = BytesIO()
            self.savefig(picture, format="png", dpi=100)
            return picture.getvalue()

    return ShownFigure


def _draw_timeline(axes: "Axes", report: Report, code: int, names: list[str]) -> None:
    tagged, talk = report.tagged, report.tagged.transcript
    order = np.arange(len(talk)) if talk.talk_order is None else talk.talk_order
    rows = order[talk.conversation[order] == code]
    height = {talk.parties.get_loc(name): place for place, name in enumerate(names)}
    level = np.array([height[speaker] for speaker in talk.speaker[rows]], dtype=float)
    at = np.arange(1, len(rows) + 1)
    axes.scatter(at, level, s=14, color=NO_TAG_COLOUR, zorder=1)
    for k, colour in enumerate(colours_of(tagged.tags).values()):
        has = tagged.carried[rows, k]
        axes.scatter(
            at[has],
            level[has] + 0.12 * (k - (len(tagged.tags) - 1) / 2),
            s=60,
            marker="s",
            color=colour,
            zorder=2,
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel("utterance")
    axes.set_title("When", loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def _draw_amounts(axes: "Axes", report: Report, speakers: Any) -> None:
    left = np.zeros(len(speakers))
    for tag, colour in colours_of(report.tagged.tags).items():
        amount = speakers[tag].to_numpy()
        axes.barh(range(len(speakers)), amount, left=left, color=colour, label=tag, height=0.5)
        left += amount
    axes.set_yticks(range(len(speakers)), [""] * len(speakers))
    axes.set_ylim(len(speakers) - 0.4, -0.6)
    axes.set_xlabel("expected acts")
    axes.set_title("How much", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
