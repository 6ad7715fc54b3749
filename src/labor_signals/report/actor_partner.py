"""The table that dyadic models take: what each did beside what the other did."""

from typing import Final

import numpy as np
import pandas as pd

_ROLES: Final = ("first", "second")


def actor_partner_table(pairs: pd.DataFrame, pairs_by_tag: pd.DataFrame) -> pd.DataFrame:
    """One row a conversation and ordered pair, with the acts of both, ready for lme4, an APIM or a GEE.

    In an actor-partner interdependence model each of two people is once the actor and once the partner, so that every
    pair gives two rows that are not independent: `pair_id` and `conversation_id` say which belong together. In R:
    `glmer(actor_soothing ~ partner_withdrawing + offset(log(actor_utterances)) + (1 | pair_id), family = poisson)`
    on rows with `actor_utterances > 0`; expected counts from a tagger are no whole numbers, so use a quasi-Poisson
    or a GEE for them. Source: Kenny, Kashy and Cook (2006), Dyadic Data Analysis, Guilford Press, chapters 1 and 7.

    Args:
        pairs: `report.pairs`.
        pairs_by_tag: `report.pairs_by_tag`.

    Returns:
        `conversation_id`; `pair_id`: both names, in alphabetical order, the same in both directions and in every
        conversation of the two (where names stand for other people in another conversation, such as `Speaker 1`, group
        by `conversation_id` and `pair_id` together); `actor`; `partner`; `role`: `first` or `second` by the same
        order, for models that tell the two apart; then for the actor and for the partner `utterances`, `labor`,
        `avoidance`, the expected count of every tag, `labor_rate` and `avoidance_rate` (for each utterance), such as
        `actor_labor_rate` and `partner_soothing`, each toward the other; and `reason`, why a rate is NaN.

    Raises:
        ValueError: The tables do not belong together, or do not hold both directions of every pair one after another.
    """
    back = np.arange(len(pairs)) ^ 1
    _check(pairs, pairs_by_tag)
    tags = list(pairs_by_tag["tag"].unique())
    counts = pairs_by_tag["expected"].to_numpy(np.float64).reshape(len(pairs), len(tags)) if tags else None
    did = {name: pairs[name].to_numpy() for name in ("utterances", "labor", "avoidance")}
    did |= {str(tag): counts[:, place] for place, tag in enumerate(tags)} if counts is not None else {}
    with np.errstate(invalid="ignore"):  # a rate of nothing said is NaN, and meant to be
        did |= {f"{name}_rate": did[name] / did["utterances"] for name in ("labor", "avoidance")}
    columns = {f"actor_{name}": amount for name, amount in did.items()}
    columns |= {f"partner_{name}": amount[back] for name, amount in did.items()}
    silent = did["utterances"] == 0
    why = pd.Index(["", "the actor said nothing to the partner", "the partner said nothing to the actor"])
    pair_id, role = _pair_ids(pairs["from_speaker"], pairs["to_speaker"])
    return pd.DataFrame(
        {"conversation_id": pairs["conversation_id"].array, "pair_id": pair_id}
        | {"actor": pairs["from_speaker"].array, "partner": pairs["to_speaker"].array, "role": role}
        | columns
        | {"reason": why.take(np.where(silent, 1, np.where(silent[back], 2, 0)))}
    )


def _pair_ids(one: pd.Series, two: pd.Series) -> tuple[pd.Index, pd.Index]:
    """`A & B` whichever of them is the actor, and which of the two the actor is; an `&` in a name is doubled."""
    names = pd.Index(pd.concat([one, two]).unique())
    written = pd.Index([str(name).replace("&", "&&") for name in names], dtype="str")
    place = np.empty(len(names), dtype=np.int64)
    place[written.argsort()] = np.arange(len(names))
    actor, partner = names.get_indexer(pd.Index(one)), names.get_indexer(pd.Index(two))
    second = place[actor] > place[partner]
    low, high = np.where(second, partner, actor), np.where(second, actor, partner)
    return written.take(low) + " & " + written.take(high), pd.Index(_ROLES).take(second.astype(np.int64))


def _check(pairs: pd.DataFrame, pairs_by_tag: pd.DataFrame) -> None:
    if len(pairs) % 2 == 0:
        one, two = pairs.iloc[0::2], pairs.iloc[1::2]
        twos = all(
            np.array_equal(one[mine].to_numpy(), two[theirs].to_numpy())
            for mine, theirs in (
                ("conversation_id", "conversation_id"),
                ("from_speaker", "to_speaker"),
                ("to_speaker", "from_speaker"),
            )
        )
        tags = pairs_by_tag["tag"].nunique()
        names = ["conversation_id", "from_speaker", "to_speaker"]
        fits = len(pairs_by_tag) == tags * len(pairs) and (
            not tags or bool((pairs_by_tag.iloc[::tags][names].to_numpy() == pairs[names].to_numpy()).all())
        )
        if twos and fits:
            return
    raise ValueError(
        "the two tables do not fit; expected pairs and pairs_by_tag of one report as they are: both directions of a "
        "pair one after another, every tag of each."
    )
