"""Plain scripts, WebVTT as Teams and as Zoom write it, SRT."""

from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd

from tests.writers.pieces import talk_of


def write_script(conversation: pd.DataFrame, path: Path) -> Path:
    lines = (f"{speaker}: {text}\n" for speaker, text in talk_of(conversation))
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_webvtt_teams(conversation: pd.DataFrame, path: Path) -> Path:
    cues = (
        f"7c1f0a52-3a7e-4a0e-9e39-0a51b3f0d2aa/{n + 7}-0\n{_cue_time(n)}\n<v {escape(speaker)}>{escape(text)}</v>\n"
        for n, (speaker, text) in enumerate(talk_of(conversation))
    )
    path.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    return path


def write_webvtt_zoom(conversation: pd.DataFrame, path: Path) -> Path:
    cues = (
        f"{n + 1}\r\n{_cue_time(n)}\r\n{escape(speaker)}: {escape(text)}\r\n"
        for n, (speaker, text) in enumerate(talk_of(conversation))
    )
    path.write_text("WEBVTT\r\n\r\n" + "\r\n".join(cues), encoding="utf-8", newline="")
    return path


def write_srt(conversation: pd.DataFrame, path: Path) -> Path:
    cues = (
        f"{n + 1}\n{_cue_time(n, comma=True)}\n{speaker}: {text}\n"
        for n, (speaker, text) in enumerate(talk_of(conversation))
    )
    path.write_text("\n".join(cues), encoding="utf-8")
    return path


def _cue_time(n: int, *, comma: bool = False) -> str:
    def written(milliseconds: int) -> str:
        seconds, thousandths = divmod(milliseconds, 1000)
        return (
            f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{',' if comma else '.'}{thousandths:03d}"
        )

    return f"{written(n * 4000)} --> {written(n * 4000 + 3250)}"
