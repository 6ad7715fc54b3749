"""What the writers share: rows, and made-up times for talk that has none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

SECONDS_APART = 65
FIRST_MESSAGE = datetime(2024, 3, 28, 17, 52, 3, tzinfo=UTC)


def talk_of(conversation: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(conversation["speaker"], conversation["text"], strict=True))


def records_of(conversation: pd.DataFrame) -> list[dict[str, Any]]:
    held = conversation.astype(object).where(conversation.notna(), None)
    return [{str(key): value for key, value in record.items()} for record in held.to_dict("records")]


def moment(n: int) -> datetime:
    return FIRST_MESSAGE + timedelta(seconds=n * SECONDS_APART)


def unix_time(n: int) -> str:
    return str(int(moment(n).timestamp()))
