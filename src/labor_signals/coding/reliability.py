"""How well two coders agree."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

_RESAMPLES: Final = 1_000

Codes = npt.NDArray[np.bool_]


def krippendorff_alpha(one: Codes, two: Codes) -> float:
    """Krippendorff's alpha of two coders' yes/no codes of the same units, none missing.

    Formula: `1 - D_o / D_e`, observed over expected disagreement; for two coders and nominal codes
    `D_o = mean(one != two)` and `D_e = 2 n1 n0 / (n (n - 1))` over the pooled `n` codes.
    Range: up to 1 (perfect); 0 is chance; NaN where all codes are the same.
    Source: Krippendorff (2018), Content Analysis, 4th ed., ch. 12.
    """
    pooled = np.concatenate([one, two])
    n, yes = len(pooled), int(pooled.sum())
    expected = 2 * yes * (n - yes) / (n * (n - 1))
    return float("nan") if expected == 0 else float(1 - np.mean(one != two) / expected)


def cohen_kappa(one: Codes, two: Codes) -> float:
    """Cohen's kappa of two coders' yes/no codes; range up to 1, 0 is chance, NaN where chance agreement is certain.

    Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46.
    """
    agree = float(np.mean(one == two))
    chance = float(np.mean(one) * np.mean(two) + np.mean(~one) * np.mean(~two))
    return float("nan") if chance == 1 else (agree - chance) / (1 - chance)


def agreement(
    one: pd.DataFrame,
    two: pd.DataFrame,
    *,
    conversation: npt.NDArray[np.object_],
    threshold: float = 0.5,
    seed: int = 0,
) -> pd.DataFrame:
    """Agreement of two coders, tag by tag, with 95 % bootstrap intervals over conversations.

    Args:
        one: (n rows) one column a tag, 0 to 1, from one coder.
        two: The same from the other.
        conversation: (n,) which conversation each utterance is of.
        threshold: From which weight on a code counts as given; 0.5 counts doubtful codes.
        seed: Of the bootstrap.

    Returns:
        One row a tag: `tag, one, two, both` (counts), `alpha, alpha_low, alpha_high, kappa`.
    """
    code, ids = pd.factorize(pd.Index(conversation))
    rows_of = [np.flatnonzero(code == number) for number in range(len(ids))]
    generator = np.random.default_rng(seed)
    draws = [np.concatenate([rows_of[k] for k in generator.integers(0, len(ids), len(ids))]) for _ in range(_RESAMPLES)]
    rows = []
    for tag in one.columns:
        a, b = (frame[tag].to_numpy(np.float64) >= threshold for frame in (one, two))
        low, high = np.nanquantile([krippendorff_alpha(a[draw], b[draw]) for draw in draws], (0.025, 0.975))
        counts = {"one": int(a.sum()), "two": int(b.sum()), "both": int((a & b).sum())}
        scores = {"alpha": krippendorff_alpha(a, b), "alpha_low": low, "alpha_high": high, "kappa": cohen_kappa(a, b)}
        rows.append({"tag": tag} | counts | scores)
    return pd.DataFrame(rows)
