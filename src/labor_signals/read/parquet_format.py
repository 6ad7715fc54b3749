"""Parquet: a file, or a folder of files as a `score` run writes them."""

import re
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from labor_signals.errors import TranscriptError
from labor_signals.read.raw_table import RawTable
from labor_signals.read.source import Source

_MAGIC: Final = b"PAR1"
_TALK_FOLDER: Final = "utterances"  # of a score run, beside its folders of results


def matches(source: Source) -> bool:
    """Whether this is a Parquet file, or a folder with some."""
    return bool(_files(source)) if source.is_folder else source.magic.startswith(_MAGIC)


def read(source: Source) -> RawTable:
    """The rows of the file, or of all files of the folder in the order of their names, numbers as numbers.

    Raises:
        TranscriptError: A file is no Parquet, breaks off or holds what pandas cannot, or the files' columns
            do not fit each other.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  (slow to load, needed here only)

    files: list[Path] = _files(source) if source.path is not None else []
    if source.path is not None and not files:
        raise TranscriptError("found no .parquet file in the folder; expected at least one.")
    try:
        tables = [pq.ParquetFile(file).read() for file in files] or [
            pq.ParquetFile(pa.BufferReader(source.data)).read()
        ]
        table = tables[0] if len(tables) == 1 else pa.concat_tables(tables, promote_options="permissive")
        table.validate(full=True)  # finds text that is no UTF-8, which would fail later and elsewhere
        frame = table.to_pandas()
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError, MemoryError) as error:
        if isinstance(error, OSError) and not isinstance(error, pa.ArrowException) and error.errno is not None:
            raise  # the disk's or the permissions' trouble, not the content's
        raise TranscriptError(
            f"the Parquet content cannot be read ({type(error).__name__}); expected whole Parquet files with the same "
            "columns. Check that the file is complete, or write it again."
        ) from error
    return RawTable(frame=_without_index(frame), format="parquet")


def _without_index(frame: pd.DataFrame) -> pd.DataFrame:
    """A named index, which pandas restores from the file, is one of the user's columns."""
    named = [name for name in frame.index.names if name is not None and name not in frame.columns]
    return frame.reset_index(level=named).reset_index(drop=True) if named else frame.reset_index(drop=True)


def _files(source: Source) -> list[Path]:
    """The file itself; or the folder's own Parquet files, those of its talk folder, or any below it."""
    path = source.path
    if path is None or not path.is_dir():
        return [] if path is None else [path]
    for found in (path.glob("*.parquet"), path.glob(f"{_TALK_FOLDER}/**/*.parquet"), path.rglob("*.parquet")):
        files = [file for file in found if file.is_file() and not file.name.startswith((".", "_"))]
        if files:
            return sorted(files, key=lambda file: _natural(file.relative_to(path).as_posix()))
    return []


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
