"""The command line: thin, over the same functions that notebooks call."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from labor_signals.errors import LaborSignalsError, TranscriptError
from labor_signals.read.read_transcript import FORMATS, read_transcript
from labor_signals.records import Transcript
from labor_signals.results import Report
from labor_signals.settings import Settings
from labor_signals.train.commands import add_commands, run_evaluate, run_train
from labor_signals.version import __version__

# From sysexits.h, so that scripts can tell what went wrong; 2 is argparse's own for a wrong command line.
EXIT_BAD_DATA: Final = 65
EXIT_NO_INPUT: Final = 66
EXIT_CANNOT_WRITE: Final = 73
EXIT_BROKEN_PIPE: Final = 141  # as shells report it

TRAINING: Final = {"train": run_train, "evaluate": run_evaluate}

_DESCRIPTION: Final = """\
labor_signals reads a conversation, tags each utterance with the emotional work that it does (initiating, soothing,
translating) or avoids (deflecting, withdrawing), and measures who carries that work, toward whom.
"""
_EPILOG: Final = f"""\
formats:
  {", ".join(FORMATS[:9])},
  {", ".join(FORMATS[9:])}
  Told from the content; name one with --format where that fails.

exit codes:
  0   done
  2   the command line is wrong
  {EXIT_BAD_DATA}  the file cannot be read as a transcript; the message says what was found and what to do
  {EXIT_NO_INPUT}  there is no such file
  {EXIT_CANNOT_WRITE}  the output folder is not empty, or cannot be written

examples:
  labor-signals analyze call.vtt
  labor-signals analyze chat.txt --out results/ --pseudonym-key "our own secret"
  labor-signals analyze talk.csv --column who=speaker --column said=text --json > talk.json
  labor-signals read talk.cha
  labor-signals evaluate --data my_coded_talk.csv --tagger default
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    path = Path(options.file if "file" in options else options.data)
    if not path.exists():
        return _fail(f"there is no file or folder {path}.", EXIT_NO_INPUT)
    try:
        if options.command in TRAINING:
            print(TRAINING[options.command](options))
        else:
            _run(path, options)
    except BrokenPipeError:  # whoever read our output has had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except TranscriptError as error:
        return _fail(str(error), EXIT_BAD_DATA)
    except LaborSignalsError as error:
        return _fail(str(error), 2)
    except OSError as error:
        return _fail(str(error), EXIT_CANNOT_WRITE if isinstance(error, FileExistsError) else EXIT_NO_INPUT)
    return 0


def _run(path: Path, options: argparse.Namespace) -> None:
    settings = _settings(options)
    if options.command == "read":
        talk = read_transcript(path, format=options.format, columns=options.columns, settings=settings)
        print(_understood(talk, options.head))
        return
    from labor_signals.analyze import analyze  # noqa: PLC0415  (so that --help and --version stay instant)
    from labor_signals.report.export import check_new  # noqa: PLC0415

    if options.out is not None:
        check_new(options.out)  # before hours of tagging, not after
    report = analyze(path, format=options.format, columns=options.columns, tagger=options.tagger, settings=settings)
    _deliver(report, options)


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("labor-signals", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=shape)
    parser.add_argument("--version", action="version", version=f"labor-signals {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    analyze = commands.add_parser(
        "analyze", help="who carries what in a transcript", formatter_class=shape, epilog=_EPILOG
    )
    analyze.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="write all tables, report.json and report.html into a new folder",
    )
    analyze.add_argument("--table-format", choices=("parquet", "csv"), default="parquet", help="of the tables in --out")
    analyze.add_argument("--json", action="store_true", help="print everything as one JSON object instead of a summary")
    analyze.add_argument("--tagger", default="default", help="name or folder of a tagger (default: %(default)s)")
    read = commands.add_parser("read", help="show how a file was understood", formatter_class=shape, epilog=_EPILOG)
    read.add_argument(
        "--head", type=int, default=10, metavar="N", help="how many utterances to show (default: %(default)s)"
    )
    for command in (analyze, read):
        _add_reading_options(command)
    add_commands(commands)
    return parser


def _add_reading_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", metavar="FILE", help="a transcript: a file, or a ConvoKit folder")
    reading = command.add_argument_group("reading")
    reading.add_argument("--format", choices=("auto", *FORMATS), default="auto", metavar="NAME", help="default: auto")
    reading.add_argument(
        "--column",
        dest="columns",
        action=_ColumnMapping,
        metavar="YOURS=OURS",
        default={},
        help="a column of yours that means speaker, text, conversation_id, ...; may be repeated",
    )
    reading.add_argument("--merge-turns", action="store_true", help="join consecutive utterances of one speaker")
    reading.add_argument("--skip-bad-rows", action="store_true", help="drop rows that cannot be used, and count them")
    reading.add_argument("--day-first", action=argparse.BooleanOptionalAction, help="how to read 03/04/2024")
    reading.add_argument("--timezone", metavar="ZONE", help="of times that carry none, such as Europe/Dublin")
    reading.add_argument("--pseudonym-key", metavar="SECRET", help="replace names by pseudonyms made with this secret")


class _ColumnMapping(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        yours, equals, ours = str(values).partition("=")
        if not (yours and equals and ours):
            parser.error(f"{option_string} {values}: expected YOURS=OURS, such as who=speaker")
        namespace.columns = {**namespace.columns, yours: ours}


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        merge_turns=options.merge_turns,
        bad_rows="skip" if options.skip_bad_rows else "raise",
        day_first=options.day_first,
        timezone=options.timezone,
        pseudonym_key=options.pseudonym_key,
    )


def _deliver(report: Report, options: argparse.Namespace) -> None:
    if options.out is not None:
        report.save(options.out, table_format=options.table_format)
        report.to_html(options.out / "report.html")
    if options.json:
        json.dump(report.to_dict(), sys.stdout, ensure_ascii=False)
        print()
    else:
        print(report.summary())


def _understood(talk: Transcript, head: int) -> str:
    names = talk.parties.take(sorted(set(talk.speaker.tolist())))
    first = talk.frame.head(head)
    lines = [
        f"format: {talk.format}",
        f"utterances: {len(talk):,}",
        f"conversations: {len(talk.conversations):,}",
        f"speakers: {len(names):,} ({', '.join(names[:10])}{', ...' if len(names) > 10 else ''})",
        *(f"note: {note}" for note in talk.notes),
        "",
        *(f"{row.turn:>4}  {row.speaker}: {row.text}" for row in first.itertuples()),
    ]
    return "\n".join(lines)


def _fail(message: str, code: int) -> int:
    print(f"labor-signals: {message}", file=sys.stderr)
    return code
