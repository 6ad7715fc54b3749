"""ELAN annotation files (`.eaf`).

Parsed with the standard library, not with `rustling`: that one never returns from a file whose annotations refer to
each other in a circle, and loses tiers that share an id.
"""

from typing import Final
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source
from labor_signals.settings import Settings

SHOWN: Final = 5
ROOT: Final = "ANNOTATION_DOCUMENT"


def matches(source: Source) -> bool:
    """Whether the content begins as XML and soon opens an ELAN document."""
    head = source.head[:8192]
    return head.lstrip()[:1] == "<" and f"<{ROOT}" in head


def read(source: Source) -> RawTable:
    """The annotations of all tiers that have times of their own, in time order.

    A tier's speaker is its participant; tiers of one participant are merged. Where a tier names no participant, the
    tier's own id stands for the speaker. Tiers that depend on another one (translations, glosses, words) are left out.

    Raises:
        TranscriptError: The content is no whole ELAN file, or holds no annotation on a tier of its own.
    """
    root = _parse(source.text)
    seconds, notes = _seconds(root, source.settings)
    tiers = root.findall("TIER")
    talk = [tier for tier in tiers if not tier.get("PARENT_REF")]
    rows = [
        (
            (tier.get("PARTICIPANT") or "").strip() or tier.get("TIER_ID", ""),
            "".join(annotation.itertext()).strip(),
            seconds.get(annotation.get("TIME_SLOT_REF1", "")),
            seconds.get(annotation.get("TIME_SLOT_REF2", "")),
            tier.get("TIER_ID", ""),
            position,
        )
        for position, tier in enumerate(talk)
        for annotation in tier.findall("ANNOTATION/ALIGNABLE_ANNOTATION")
    ]
    if not rows:
        raise TranscriptError(
            f"found no utterance on {len(tiers)} tiers; expected at least one tier with time-aligned annotations that "
            "depends on no other tier. Check that the file is whole."
        )
    names = ["speaker", "text", "start", "end", "tier", "position"]
    frame = pd.DataFrame(rows, columns=names).astype({"start": float, "end": float})
    frame, order = _in_time_order(frame)
    notes += _left_out(tiers)
    notes += _kept_with_doubt(frame)
    return RawTable(
        frame=frame,
        format="eaf",
        notes=(*source.notes, *notes),
        place="annotation",
        places=[int(row) + 1 for row in order],
    )


def _parse(text: str) -> ET.Element:
    # ELAN files have a schema and never a DTD; without one there is no entity to expand or to fetch.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TranscriptError("found XML with a DTD; expected an ELAN file, which has none. Save it again from ELAN.")
    try:
        root = ET.fromstring(text)  # noqa: S314  (no DTD, see above)
    except ET.ParseError as error:
        raise TranscriptError(
            f"line {error.position[0]}: found broken XML; expected a whole ELAN file. It may have been cut off: "
            "copy it again, or open it in ELAN and save it."
        ) from None
    except (ValueError, RecursionError):  # characters that no encoding holds; nesting beyond all use
        raise TranscriptError("found text that cannot be parsed as XML; expected a whole ELAN file.") from None
    if root.tag != ROOT:
        raise TranscriptError(f"found XML of another kind; expected an ELAN file, whose root is {ROOT}.")
    return root


def _seconds(root: ET.Element, settings: Settings) -> tuple[dict[str, float], list[Note]]:
    """Time slots in seconds, NaN where a slot is not aligned."""
    slots = root.findall("TIME_ORDER/TIME_SLOT")
    given = pd.Series([slot.get("TIME_VALUE") for slot in slots], dtype=object)
    value = pd.to_numeric(given, errors="coerce").astype(float).replace([np.inf, -np.inf], np.nan)
    broken = (given.notna() & value.isna()).to_numpy().nonzero()[0] + 1
    where = tuple(int(slot) for slot in broken[:SHOWN])
    if len(broken) and settings.bad_rows == "raise":
        raise TranscriptError(
            f"time slot {', '.join(map(str, where))}: found {len(broken)} TIME_VALUEs that are no numbers; expected "
            "milliseconds. Repair them, or read with Settings(bad_rows='skip')."
        )
    notes = [Note("dropped", len(broken), "times of time slots that are no numbers", where)] if len(broken) else []
    ids = [slot.get("TIME_SLOT_ID", "") for slot in slots]
    return dict(zip(ids, (value / 1000).tolist(), strict=True)), notes


def _in_time_order(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.Index]:
    """By start; an annotation with no start of its own follows the one before it on its tier."""
    reached = frame["start"].groupby(frame["position"]).ffill().fillna(-np.inf)
    order = reached.sort_values(kind="stable").index
    return frame.loc[order].drop(columns="position").reset_index(drop=True), order


def _left_out(tiers: list[ET.Element]) -> list[Note]:
    notes = []
    dependent = [tier for tier in tiers if tier.get("PARENT_REF")]
    if dependent:
        annotations = sum(len(tier.findall("ANNOTATION")) for tier in dependent)
        what = f"tiers that depend on another one, such as translations and glosses, with {annotations:,} annotations"
        notes.append(Note("dropped", len(dependent), what))
    stray = sum(len(tier.findall("ANNOTATION/REF_ANNOTATION")) for tier in tiers if not tier.get("PARENT_REF"))
    if stray:
        notes.append(Note("dropped", stray, "annotations with no times, on tiers that depend on no other one"))
    return notes


def _kept_with_doubt(frame: pd.DataFrame) -> list[Note]:
    notes = []
    per_speaker = frame.groupby("speaker")["tier"].nunique()
    merged = int(per_speaker[per_speaker > 1].sum())
    if merged:
        notes.append(Note("changed", merged, "tiers that share their participant with another one were merged by time"))
    untimed = int(frame["start"].isna().sum())
    if untimed:
        notes.append(
            Note("kept", untimed, "annotations with no start time stand after the one before them on their tier")
        )
    empty = int((frame["text"] == "").sum())
    if empty:
        notes.append(Note("kept", empty, "annotations with no text are kept as empty text"))
    return notes
