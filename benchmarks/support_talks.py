"""Who carries the work where it is known: in peer-support talks the supporter should, by the part that they play.

    python benchmarks/support_talks.py [--tagger default] [--corpora CORPORA_FOLDER]

Over the conversations of ESConv's development split: in how many the supporter's summed labor, and labor an utterance,
exceed the seeker's; quartiles of load and rate asymmetry of the supporter; how often each verdict is given, and whom it
names; and what the talks say together (`compare_roles`, each talk a dyad of its own).
"""

import argparse
from pathlib import Path

import labor_signals as ls

SUPPORTER = "supporter"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tagger", default="default")
    parser.add_argument("--corpora", type=Path, default=Path(__file__).parents[2] / "shared" / "corpora")
    options = parser.parse_args()
    report = ls.analyze(options.corpora / "esconv_dev.jsonl", tagger=options.tagger)
    pairs = report.pairs[report.pairs["from_speaker"] == SUPPORTER]
    print(f"{len(pairs)} conversations, tagger {options.tagger}")
    for score in ("load_asymmetry", "rate_asymmetry"):
        low, middle, high = pairs[score].quantile((0.25, 0.5, 0.75))
        above = (pairs[score] > 0).mean()
        print(f"{score}: above 0 in {above:.1%}; quartiles {low:.2f}, {middle:.2f}, {high:.2f}")
    print(pairs["verdict"].value_counts(normalize=True).round(3).to_string())
    together = report.asymmetry.roles("speaker")
    print(together[together["from_role"] == SUPPORTER].iloc[0].to_string())


if __name__ == "__main__":
    main()
