"""Consecutive rows of one speaker joined into one turn."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from labor_signals.notes import Note
from labor_signals.records import Transcript


def merge_turns(transcript: Transcript, *, gap: float | None) -> Transcript:
    """Joins consecutive utterances of one speaker to one addressee, with a space between the texts.

    A turn keeps the first row's number, time and extra columns, and the last row's end. Utterances more than `gap`
    seconds apart stay apart where both have a time. Rows come out in talk order.
    """
    order = transcript.talk_order
    order = np.arange(len(transcript)) if order is None else order
    first = order[_opens_turn(transcript, order, gap)]
    opens = np.flatnonzero(_opens_turn(transcript, order, gap))
    last = order[np.append(opens[1:], len(order)) - 1]
    joined = len(transcript) - len(first)
    note = Note("changed", joined, "utterances joined to the turn of the same speaker before them")
    return replace(
        transcript,
        conversation=transcript.conversation[first],
        speaker=transcript.speaker[first],
        addressee=transcript.addressee[first],
        addressee_guessed=transcript.addressee_guessed[first],
        turn=transcript.turn[first],
        text=_joined_text(transcript.text, order, opens),
        timestamp=transcript.timestamp[first],
        start=transcript.start[first],
        end=transcript.end[last],
        extra=transcript.extra.iloc[first].reset_index(drop=True),
        notes=(*transcript.notes, note) if joined else transcript.notes,
    )


def _opens_turn(transcript: Transcript, order: npt.NDArray[np.int64], gap: float | None) -> npt.NDArray[np.bool_]:
    opens = np.ones(len(order), dtype=bool)
    opens[1:] = False
    for column in (transcript.conversation, transcript.speaker, transcript.addressee):
        opens[1:] |= column[order][1:] != column[order][:-1]
    if gap is not None:
        start, end = transcript.start[order], transcript.end[order]
        silence = start[1:] - np.where(np.isnan(end[:-1]), start[:-1], end[:-1])
        opens[1:] |= silence > gap  # NaN is not greater: no time, no split
        sent = transcript.timestamp[order]
        opens[1:] |= np.diff(sent) > np.timedelta64(round(gap * 1_000_000), "us")  # nor is NaT
    return opens


def _joined_text(text: pa.ChunkedArray, order: npt.NDArray[np.int64], opens: npt.NDArray[np.intp]) -> pa.ChunkedArray:
    import pyarrow.compute as pc  # noqa: PLC0415  (costs import time that plain reading does not need)

    words = text.take(pa.array(order)).combine_chunks()
    offsets = pa.array(np.append(opens, len(order)), type=pa.int64())
    turns = pa.LargeListArray.from_arrays(offsets, words)
    space = pa.scalar(" ", pa.large_string())  # of the same type as the words, or there is no kernel for it
    return pa.chunked_array([pc.utf8_trim_whitespace(pc.binary_join(turns, space))])
