"""CSV, TSV, Excel, JSON, JSONL and Parquet: all columns of the conversation."""

import json
from pathlib import Path

import pandas as pd

from tests.writers.pieces import records_of


def write_csv(conversation: pd.DataFrame, path: Path) -> Path:
    conversation.to_csv(path, index=False, encoding="utf-8")
    return path


def write_tsv(conversation: pd.DataFrame, path: Path) -> Path:
    conversation.to_csv(path, index=False, sep="\t", encoding="utf-8")
    return path


def write_excel(conversation: pd.DataFrame, path: Path) -> Path:
    from openpyxl import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    for r, row in enumerate([list(conversation.columns), *conversation.itertuples(index=False)], start=1):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(r, c)
            cell.value = None if value is None or value != value else value  # noqa: PLR0124  (NaN)
            if isinstance(value, str):
                cell.data_type = "s"  # talk that opens with '=' is no formula
    book.save(path)
    return path


def write_json(conversation: pd.DataFrame, path: Path) -> Path:
    path.write_text(json.dumps(records_of(conversation), ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def write_jsonl(conversation: pd.DataFrame, path: Path) -> Path:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records_of(conversation))
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_parquet(conversation: pd.DataFrame, path: Path) -> Path:
    conversation.to_parquet(path, index=False)
    return path
