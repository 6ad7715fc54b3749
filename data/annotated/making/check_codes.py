"""Checks the form of a coder's file against its sheet: python check_codes.py SHEET CODES. Prints what to mend."""

import re
import sys
from pathlib import Path

MOVES = {
    "initiating": {"check_in", "disclose", "name_issue", "notice", "propose", "deepen"},
    "soothing": {"comfort", "validate", "apologise", "deescalate", "affirm"},
    "translating": {"reflect", "beneath", "pattern", "mediate", "explain_self"},
    "deflecting": {"minimise", "joke", "change_subject", "defend", "correct", "fix", "lecture"},
    "withdrawing": {"refuse", "shut_down", "leave", "minimal", "postpone", "give_up"},
}
ACTS = {"answering", "blaming", "advising", "courtesy"}


def sheet_of(path: Path) -> dict[str, tuple[list[str], list[int]]]:
    """Speakers and utterance numbers of every conversation."""
    talks: dict[str, tuple[list[str], list[int]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if opened := re.match(r"# (\S+) (.*)", line):
            talks[opened[1]] = (opened[2].split(", "), [])
        elif (utterance := re.match(r"(\d+) ", line)) and talks:
            next(reversed(talks.values()))[1].append(int(utterance[1]))
    return talks


def problem_of(codes: list[str]) -> str | None:
    """What is wrong with the codes of one line."""
    tags = [code.rstrip("?") for code in codes if not code.startswith("=")]
    for tag in tags:
        name, _, move = tag.partition(".")
        if name not in MOVES or move not in MOVES[name]:
            return f"no such tag.move: {tag}"
    if any(code.startswith("=") and code[1:].rstrip("?") not in ACTS for code in codes):
        return "no such neighbouring act"
    names = [tag.partition(".")[0] for tag in tags]
    return "a tag twice: one move a tag" if len(set(names)) < len(names) else None


def main() -> int:
    talks, problems, seen, shares, tagged = sheet_of(Path(sys.argv[1])), [], set(), set(), 0
    for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        place, *codes = line.split()
        if codes[:1] == ["share"]:
            shares.add(place)
            if place not in talks or not re.fullmatch(r"null|100|\d{1,2}", codes[1] if codes[1:] else ""):
                problems.append(f"not a share line: {line}")
            continue
        talk, _, number = place.partition(".")
        if talk not in talks or not number.isdigit() or int(number) not in talks[talk][1]:
            problems.append(f"no such utterance: {line}")
        elif place in seen:
            problems.append(f"coded twice: {line}")
        elif not codes or (wrong := problem_of(codes)):
            problems.append(f"{wrong if codes else 'no code'}: {line}")
        seen.add(place)
        tagged += any(not code.startswith("=") for code in codes)
    problems += [f"{talk}: no share line" for talk, (who, _) in talks.items() if len(who) == 2 and talk not in shares]
    total = sum(len(numbers) for _, numbers in talks.values())
    report = f"{total} utterances, {tagged} tagged ({tagged / total:.0%}), {len(problems)} problems"
    sys.stdout.write("\n".join([*problems, report]) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
