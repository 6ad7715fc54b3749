"""ConvoKit corpora: a folder with `utterances.jsonl` (or the older `utterances.json`), or that file by itself.

Layout as `Corpus.dump` of ConvoKit 5 writes it, and as older versions did: `user`, `root` and `reply-to` for
`speaker`, `conversation_id` and `reply_to`. Nothing of ConvoKit is imported, and its pickled fields are not opened.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

from labor_signals.errors import TranscriptError
from labor_signals.notes import Note
from labor_signals.read.frame_from_records import frame_from_records
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source
from labor_signals.settings import Settings

SHOWN: Final = 5
FILES: Final = ("utterances.jsonl", "utterances.json")
# Our column, and the names that versions of ConvoKit gave it.
FIELDS: Final = {
    "utterance_id": ("id",),
    "speaker": ("speaker", "user"),
    "text": ("text",),
    "conversation_id": ("conversation_id", "root"),
    "reply_to": ("reply_to", "reply-to"),
    "timestamp": ("timestamp",),
}
NEEDED: Final = ("utterance_id", "speaker", "text", "conversation_id")
BINARY_MARK: Final = "<##bin{"

Record = dict[str, Any]


def matches(source: Source) -> bool:
    """Whether the source is a folder with a file of utterances, or a file whose first record is ConvoKit's."""
    if source.is_folder and source.path is not None:
        return _utterances_file(source.path) is not None
    head = source.head.lstrip().removeprefix("[").lstrip()
    if head[:1] != "{":
        return False
    try:
        first, _ = json.JSONDecoder().raw_decode(head)
    except (ValueError, RecursionError):
        return False
    return "meta" in first and all(any(name in first for name in FIELDS[field]) for field in (*NEEDED, "reply_to"))


def read(source: Source) -> RawTable:
    """The utterances of the corpus; each field of their metadata becomes a column `meta_<field>`.

    Other fields, such as vectors, are ConvoKit's own and are left out.

    Raises:
        TranscriptError: There is no file of utterances, or a record of it is broken.
    """
    if source.is_folder and source.path is not None:
        file = _utterances_file(source.path)
        if file is None:
            raise TranscriptError(
                f"found a folder with neither {' nor '.join(FILES)}; expected a ConvoKit corpus as its "
                "Corpus.dump writes it."
            )
        source = Source(path=file, settings=source.settings)
    text = _text(source)
    as_list = text.lstrip()[:1] == "["
    place = "utterance" if as_list else "line"
    records, places, broken = _sort_out(_list_records(text) if as_list else _line_records(text))
    notes = _broken_notes(broken, place, source.settings)
    if not records:
        raise TranscriptError(
            "found no utterance; expected a ConvoKit corpus with at least one. Check that it is whole."
        )
    frame, more = _table(records)
    return RawTable(frame=frame, format="convokit", notes=(*source.notes, *notes, *more), place=place, places=places)


def _utterances_file(folder: Path) -> Path | None:
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


def _text(source: Source) -> str:
    try:
        return source.text
    except OSError as error:
        raise TranscriptError(
            f"the file of utterances cannot be opened ({type(error).__name__}); expected a readable file."
        ) from error


def _line_records(text: str) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _value(line)


def _value(line: str) -> object:
    try:
        return json.loads(line, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def _list_records(text: str) -> Iterator[tuple[int, object]]:
    try:
        values = json.loads(text, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        raise TranscriptError(
            f"line {error.lineno}: found broken JSON; expected a whole list of utterances. It may have been "
            "cut off: copy the corpus again."
        ) from None
    except (ValueError, RecursionError):  # a number of thousands of digits; nesting beyond all use
        raise TranscriptError("found JSON that cannot be parsed; expected a list of utterances.") from None
    return enumerate(values, start=1)


def _sort_out(found: Iterator[tuple[int, object]]) -> tuple[list[Record], list[int], list[int]]:
    records: list[Record] = []
    places: list[int] = []
    broken: list[int] = []
    for number, value in found:
        record = _record(value)
        if record is None:
            broken.append(number)
        else:
            records.append(record)
            places.append(number)
    return records, places, broken


def _record(value: object) -> Record | None:
    """Our columns and the metadata of one utterance, or `None` where it is none."""
    if not isinstance(value, dict):
        return None
    record: Record = {}
    for column, names in FIELDS.items():
        given = [value[name] for name in names if name in value]
        if (column in NEEDED and not given) or any(isinstance(cell, dict | list) for cell in given):
            return None
        record[column] = given[0] if given else None
    meta = value.get("meta") or {}
    if not isinstance(meta, dict):
        return None
    return record | {f"meta_{field}": cell for field, cell in meta.items()}


def _broken_notes(broken: list[int], place: str, settings: Settings) -> list[Note]:
    if not broken:
        return []
    where = tuple(broken[:SHOWN])
    if settings.bad_rows == "raise":
        raise TranscriptError(
            f"{place} {', '.join(map(str, where))}: found {len(broken)} records that are no ConvoKit utterances; "
            "expected a JSON object each, with id, speaker, text and conversation_id. Repair them, or read with "
            "Settings(bad_rows='skip')."
        )
    return [Note("dropped", len(broken), "records that are broken JSON or no ConvoKit utterances", where)]


def _table(records: list[Record]) -> tuple[pd.DataFrame, list[Note]]:
    frame, notes = frame_from_records(records)
    frame["timestamp"] = _unix_seconds(frame["timestamp"])
    frame = frame.drop(columns=[name for name in ("timestamp", "reply_to") if frame[name].isna().all()])
    meta = frame.filter(regex="^meta_").select_dtypes(["object", "str"])
    pickled = sum(any(isinstance(cell, str) and BINARY_MARK in cell for cell in meta[name]) for name in meta)
    if not pickled:
        return frame, [*notes]
    what = "fields of metadata that ConvoKit pickled stand as its placeholders, unopened"
    return frame, [*notes, Note("kept", pickled, what)]


def _unix_seconds(given: "pd.Series[Any]") -> "pd.Series[Any]":
    """As numbers where all of them are, written as numbers or as strings; otherwise as found."""
    numbers = pd.to_numeric(given, errors="coerce")
    return numbers if bool((numbers.notna() == given.notna()).all()) else given
