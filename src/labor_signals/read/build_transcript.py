"""From rows as found to a checked `Transcript`: columns, bad rows, times, names, addressees, turns."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from labor_signals.errors import TranscriptError
from labor_signals.read.addressees import find_addressees
from labor_signals.read.bad_rows import Problems
from labor_signals.read.column_names import canonical_names, listed_columns
from labor_signals.read.merge_turns import merge_turns
from labor_signals.read.raw_table import CANONICAL, RawTable
from labor_signals.read.times import Times, parse_times
from labor_signals.records import Transcript
from labor_signals.settings import Settings

_TAKEN = ("conversation_id", "turn", "speaker", "text", "addressee", "timestamp", "start", "end")


def build_transcript(raw: RawTable, *, columns: Mapping[str, str], settings: Settings) -> Transcript:
    """Checks the rows of a source and makes a transcript of them.

    Args:
        raw: The rows.
        columns: Maps the user's column names to the names expected.
        settings: How to read.

    Raises:
        TranscriptError: A needed column is missing, no utterance is left, or a row cannot be used and
            `settings.bad_rows` is `raise`.
    """
    given = raw.frame.reset_index(drop=True)
    frame = given.rename(columns=canonical_names([str(name) for name in given.columns], columns))
    _check_columns(frame, given)
    frame = _plain_cells(frame)
    problems = Problems(place=raw.place, places=raw.places, skip=settings.bad_rows == "skip", notes=list(raw.notes))
    frame = _usable_rows(frame, problems, settings)
    times = parse_times(frame, problems, settings)
    if settings.pseudonym_key is not None:
        from labor_signals.read.pseudonyms import pseudonymise  # noqa: PLC0415  (needed where asked for only)

        frame, note = pseudonymise(frame, key=settings.pseudonym_key)
        problems.notes.append(note)
    transcript = _assemble(frame, times, raw.format, problems)
    return merge_turns(transcript, gap=settings.merge_gap) if settings.merge_turns else transcript


def _check_columns(frame: pd.DataFrame, given: pd.DataFrame) -> None:
    missing = [name for name in ("speaker", "text") if name not in frame.columns]
    if missing:
        found = listed_columns(str(name) for name in given.columns)
        raise TranscriptError(
            f"missing {' and '.join(map(repr, missing))}; found {found}. Name yours with "
            "columns={'your speaker column': 'speaker', 'your text column': 'text'}."
        )
    twice = frame.columns[frame.columns.duplicated()].unique()
    if len(twice):
        raise TranscriptError(f"found more than one column named {', '.join(map(repr, twice))}; expected each once.")


def _plain_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Lists, dicts, bytes and broken Unicode in ids, names and times as strings: nothing else can be looked up."""
    mixed = [name for name in CANONICAL if name in frame.columns and frame[name].dtype == object]
    return frame.assign(**{name: frame[name].map(_plain_cell) for name in mixed if name not in ("speaker", "text")})


def _plain_cell(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, bytes | list | dict | set | tuple) else value


def _usable_rows(frame: pd.DataFrame, problems: Problems, settings: Settings) -> pd.DataFrame:
    """The rows with a speaker and a text that can be taken as one utterance."""
    if len(frame) == 0:
        raise TranscriptError("found 0 utterances; expected at least one.")
    frame = frame.assign(speaker=_as_text(frame["speaker"]).str.strip(), text=_as_text(frame["text"]))
    nobody = (frame["speaker"].isna() | (frame["speaker"] == "")).to_numpy()
    problems.bad(nobody, "no speaker", "a name in every row")
    no_text = frame["text"].isna().to_numpy()
    problems.note("kept", no_text & ~nobody, "no text; kept as an empty utterance that carries no tag")
    frame = frame.assign(text=frame["text"].fillna(""))
    too_long = (frame["text"].str.len() > settings.max_characters).to_numpy()
    problems.bad(
        too_long,
        f"over {settings.max_characters:,} characters",
        "one utterance a row; see Settings.max_characters",
    )
    if "conversation_id" in frame.columns:
        problems.bad(
            frame["conversation_id"].isna().to_numpy(),
            "no conversation_id",
            "one in every row, or no such column",
        )
    if "turn" in frame.columns:
        frame = frame.assign(turn=pd.to_numeric(frame["turn"], errors="coerce").astype("float64"))
        whole = np.isfinite(frame["turn"]) & (frame["turn"] % 1 == 0) & (frame["turn"].abs() < 2**53)
        problems.bad(~whole.to_numpy(), "no whole number in column 'turn'", "one in every row, or no such column")
    _check_ids(frame, problems)
    return problems.drop_bad(frame)


def _check_ids(frame: pd.DataFrame, problems: Problems) -> None:
    if "utterance_id" not in frame.columns:
        return
    keys = ["conversation_id", "utterance_id"] if "conversation_id" in frame.columns else ["utterance_id"]
    again = (frame.duplicated(keys) & frame["utterance_id"].notna()).to_numpy()
    if "reply_to" in frame.columns:
        problems.bad(again, "an utterance_id that an earlier row has", "each id once, since reply_to points to them")
    else:
        problems.note("kept", again, "an utterance_id that an earlier row has")


def _as_text(column: pd.Series) -> pd.Series:
    """The column as strings; missing stays missing, numbers become their digits, broken Unicode is replaced."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(column.cat.categories.dtype)
    try:
        return column.astype("str") if pd.api.types.is_string_dtype(column.dtype) else _written(column)
    except UnicodeError:  # lone surrogates, which Arrow cannot hold, or bytes that are no UTF-8
        return _written(column)


def _written(column: pd.Series) -> pd.Series:
    written = [
        None if missing else str(value).encode("utf-8", "replace").decode()
        for value, missing in zip(column.tolist(), column.isna().tolist(), strict=True)
    ]
    return pd.Series(written, index=column.index, dtype="str")


def _assemble(frame: pd.DataFrame, times: Times, format_name: str, problems: Problems) -> Transcript:
    n = len(frame)
    ids = frame["conversation_id"] if "conversation_id" in frame.columns else pd.Series(["conversation"] * n)
    conversation, conversations = pd.factorize(ids)
    speaker, speakers = pd.factorize(frame["speaker"])
    turn = _turns(frame, conversation, problems)
    who = find_addressees(
        frame, conversation=conversation, speaker=speaker, speakers=pd.Index(speakers), turn=turn, problems=problems
    )
    return Transcript(
        conversations=pd.Index(conversations),
        parties=who.parties,
        conversation=conversation.astype(np.int32),
        speaker=speaker.astype(np.int32),
        addressee=who.addressee,
        addressee_guessed=who.guessed,
        turn=turn,
        text=_arrow_strings(frame["text"]),
        timestamp=times.timestamp,
        timezone=times.timezone,
        start=times.start,
        end=times.end,
        extra=frame.drop(columns=[name for name in _TAKEN if name in frame.columns]).reset_index(drop=True),
        notes=tuple(problems.notes),
        format=format_name,
    )


def _arrow_strings(column: pd.Series) -> pa.ChunkedArray:
    array = pa.array(column, type=pa.large_string(), from_pandas=True)
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _turns(frame: pd.DataFrame, conversation: npt.NDArray[np.intp], problems: Problems) -> npt.NDArray[np.int64]:
    """The given turn numbers, or the place of each row in its conversation, counted from 0."""
    if "turn" not in frame.columns:
        return np.array(pd.Series(conversation).groupby(conversation, sort=False).cumcount(), dtype=np.int64)
    turn = np.array(frame["turn"], dtype=np.int64)
    pair = pd.DataFrame({"conversation": conversation, "turn": turn})
    problems.note(
        "kept",
        pair.duplicated().to_numpy(),
        "a turn number that stands twice in its conversation; rows with the same number keep the order of the source",
    )
    step = pair.groupby("conversation", sort=False)["turn"].diff()
    problems.note(
        "kept",
        (step < 0).to_numpy(),
        "a turn number lower than the row before; the talk is taken in the "
        "order of turn, the output keeps the order of the source",
    )
    return turn
