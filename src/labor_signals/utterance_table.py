"""The utterances of a record as a DataFrame: one row each, in input order, the user's own columns last."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from labor_signals.codebook import NO_TAG
from labor_signals.records import IntArray, TaggedTranscript, Transcript


def talk_table(talk: Transcript) -> pd.DataFrame:
    """The talk. See `Transcript.frame`."""
    return _with_own(_talk_columns(talk), talk.extra)


def tagged_table(tagged: TaggedTranscript) -> pd.DataFrame:
    """The talk with its tags. See `TaggedTranscript.frame`.

    `tags` joins all carried tags with `|`, in the order of the codebook; `tag` and `tags` are `none` without any.
    """
    every = [
        "|".join(tag for k, tag in enumerate(tagged.tags) if code >> k & 1) for code in range(1 << len(tagged.tags))
    ]
    carried = tagged.carried @ (1 << np.arange(len(tagged.tags)))
    columns = _talk_columns(tagged.transcript)
    columns["tag"] = pd.Index([*tagged.tags, NO_TAG]).take(tagged.primary)
    columns["tags"] = pd.Index([joined or NO_TAG for joined in every]).take(carried)
    columns |= {f"p_{tag}": tagged.probability[:, k] for k, tag in enumerate(tagged.tags)}
    return _with_own(columns, tagged.transcript.extra)


def _talk_columns(talk: Transcript) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "conversation_id": talk.conversations.take(talk.conversation),
        "turn": talk.turn,
        "speaker": talk.parties.take(talk.speaker),
        "text": _strings(talk.text),
        "addressee": _names_or_missing(talk.parties, talk.addressee),
        "addressee_guessed": talk.addressee_guessed,
    }
    if not np.isnat(talk.timestamp).all():
        times = pd.Series(talk.timestamp)
        columns["timestamp"] = times.dt.tz_localize(talk.timezone) if talk.timezone else times
    return columns | {name: s for name, s in (("start", talk.start), ("end", talk.end)) if not np.isnan(s).all()}


def _with_own(columns: dict[str, Any], own: pd.DataFrame) -> pd.DataFrame:
    """The columns, then the user's; one of theirs with a name of ours gets `_input` behind it."""
    taken = {name: f"{name}_input" for name in own.columns if name in columns}
    return pd.concat([pd.DataFrame(columns), own.rename(columns=taken)], axis=1)


def _strings(column: pa.ChunkedArray) -> pd.Series:
    return pd.Series(pd.array(column.to_pandas(), dtype="str"), copy=False)


def _names_or_missing(names: pd.Index, codes: IntArray) -> pd.Series:
    return pd.Series(names.take(codes)).mask(codes < 0)
