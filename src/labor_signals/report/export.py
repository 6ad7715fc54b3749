"""The report as plain values and as files."""

import json
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from labor_signals.notes import Note
from labor_signals.results import Report

SCHEMA_VERSION: Final = "1.0"
_TABLES: Final = ("utterances", "speakers", "pairs", "pairs_by_tag", "evidence")


def report_to_dict(report: Report) -> dict[str, Any]:
    """Plain Python values only: every table a list of records, missing values `None`, times ISO 8601 strings."""
    return _about(report) | {name: _records(getattr(report, name)) for name in _TABLES}


def save_report(report: Report, folder: str | PathLike[str], *, table_format: Literal["parquet", "csv"]) -> Path:
    """See `Report.save`."""
    if table_format not in ("parquet", "csv"):
        raise ValueError(f"table_format is {table_format!r}; expected 'parquet' or 'csv'.")
    target = Path(folder)
    check_new(target)
    target.mkdir(parents=True, exist_ok=True)
    for name in _TABLES:
        table = getattr(report, name)
        if table_format == "parquet":
            _storable(table).to_parquet(target / f"{name}.parquet", index=False)
        else:
            table.to_csv(target / f"{name}.csv", index=False)
    about = _about(report) | {"tables": {name: f"{name}.{table_format}" for name in _TABLES}}
    (target / "report.json").write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return target


def check_new(folder: Path) -> None:
    """Raises `FileExistsError` where a folder to write to holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(
            f"{folder} is there and not an empty folder; expected a new or empty one. Nothing was written."
        )


def _about(report: Report) -> dict[str, Any]:
    tagged = report.tagged
    return {
        "schema_version": SCHEMA_VERSION,
        "provenance": report.provenance.to_dict(),
        "format": tagged.transcript.format,
        "tags": list(tagged.tags),
        "labor_tags": list(tagged.labor),
        "avoidance_tags": list(tagged.avoidance),
        "thresholds": {tag: float(at) for tag, at in zip(tagged.tags, tagged.thresholds, strict=True)},
        "notes": [_note(note) for note in report.notes],
    }


def _note(note: Note) -> dict[str, Any]:
    return {"kind": note.kind, "count": note.count, "what": note.what, "where": list(note.where)}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = {str(name): [_plain(value) for value in table[name].tolist()] for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    """A value as JSON knows it; what it does not know becomes a string."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(inner) for inner in value]
    if isinstance(value, str | bool | int):
        return value
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _storable(table: pd.DataFrame) -> pd.DataFrame:
    """The table with columns of mixed Python values, which Parquet cannot hold, written as JSON strings."""
    import pyarrow as pa  # noqa: PLC0415  (only where Parquet is written)

    columns: dict[str, Any] = {}
    for name in table.columns:
        if table[name].dtype == object:
            try:
                pa.array(table[name], from_pandas=True)
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
                columns[name] = [
                    None if (plain := _plain(value)) is None else json.dumps(plain) for value in table[name]
                ]
    return table.assign(**columns) if columns else table
