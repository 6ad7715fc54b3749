"""From a list of dicts to a frame that pandas can hold, whatever the dicts carry."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from labor_signals.notes import Note


def frame_from_records(records: Sequence[Mapping[str, Any]]) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """One row a record, one column a key in order of first appearance; nested values stay as they are.

    Half a surrogate pair, which JSON can spell as an escape (an emoji cut in two) and no Unicode text can hold, is
    replaced by a question mark, with a note.
    """
    try:
        return pd.DataFrame(records), ()
    except UnicodeEncodeError:
        named = [{_whole_text(key): value for key, value in record.items()} for record in records]
        frame = pd.DataFrame(named, dtype=object)
    broken = frame.map(_is_broken)
    whole = {name: frame[name].where(~broken[name], frame[name].map(_whole_text)) for name in frame.columns}
    frame = pd.DataFrame(whole).infer_objects()
    rows = (broken.any(axis=1).to_numpy().nonzero()[0] + 1).tolist()
    what = "rows held half of a surrogate pair (broken Unicode); it was replaced by '?'"
    return frame, (Note("changed", len(rows), what, tuple(rows[:5])),)


def _is_broken(value: object) -> bool:
    return isinstance(value, str) and _whole_text(value) != value


def _whole_text(value: object) -> object:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
