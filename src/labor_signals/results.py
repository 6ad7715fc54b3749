"""The values at the end of the road: scores, and the report that puts them beside the talk.

Tables that most users never open are computed when they are first asked for, and kept.
"""

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from labor_signals.notes import Note
from labor_signals.provenance import Provenance
from labor_signals.records import TaggedTranscript
from labor_signals.settings import Settings


@dataclass(frozen=True, eq=False, kw_only=True)
class Asymmetry:
    """In which direction emotional labor flows. Made by `aggregate_asymmetry`; columns in `docs/measures.md`.

    Attributes:
        speakers: One row a conversation and speaker.
        pairs: One row a conversation and ordered pair, with the measures over all labor tags together.
        pairs_by_tag: One row a conversation, ordered pair and tag.
        tagged: The talk with its tags, from which the other tables are computed when asked for.
        settings: How.
    """

    speakers: pd.DataFrame
    pairs: pd.DataFrame
    pairs_by_tag: pd.DataFrame
    tagged: TaggedTranscript
    settings: Settings

    def __repr__(self) -> str:
        conversations = len(self.tagged.transcript.conversations)
        return f"Asymmetry({conversations:,} conversations, {len(self.pairs):,} ordered pairs)"

    @property
    def provenance(self) -> Provenance:
        """What made the tags behind it."""
        return self.tagged.provenance

    @cached_property
    def sequences(self) -> pd.DataFrame:
        """What followed what: one row a conversation, ordered pair, given tag and then tag."""
        from labor_signals.aggregate.sequences import sequences  # noqa: PLC0415  (a table of its own, made on use)

        return sequences(self.tagged, settings=self.settings)

    @cached_property
    def responsiveness(self) -> pd.DataFrame:
        """How bids are answered: one row a conversation and ordered pair."""
        from labor_signals.aggregate.responsiveness import responsiveness  # noqa: PLC0415

        return responsiveness(self.tagged, settings=self.settings)

    @cached_property
    def pursue_withdraw(self) -> pd.DataFrame:
        """Avoidance after the other's initiating: one row a conversation and ordered pair."""
        from labor_signals.aggregate.pursue_withdraw import pursue_withdraw  # noqa: PLC0415

        return pursue_withdraw(self.tagged, settings=self.settings)

    @cached_property
    def repair(self) -> pd.DataFrame:
        """Who makes the first labor act after a rupture: one row a conversation and ordered pair."""
        from labor_signals.aggregate.repair_asymmetry import repair_asymmetry  # noqa: PLC0415

        return repair_asymmetry(self.tagged, settings=self.settings)

    @cached_property
    def prompted_labor(self) -> pd.DataFrame:
        """Labor that answers the other's, and how episodic it is: one row a conversation and ordered pair."""
        from labor_signals.aggregate.prompted_labor import prompted_labor  # noqa: PLC0415

        return prompted_labor(self.tagged, settings=self.settings)

    @cached_property
    def contact(self) -> pd.DataFrame:
        """Share of talk that carries any tag: one row a conversation and speaker."""
        from labor_signals.aggregate.emotional_contact import emotional_contact  # noqa: PLC0415

        return emotional_contact(self.tagged, settings=self.settings)

    @cached_property
    def lumped(self) -> pd.DataFrame:
        """Positive, negative and neutral shares beside the tags: one row a conversation and speaker."""
        from labor_signals.aggregate.lumped import lumped  # noqa: PLC0415

        return lumped(self.tagged, settings=self.settings)

    @cached_property
    def inequality(self) -> pd.DataFrame:
        """Gini and entropy of labor over the speakers: one row a conversation."""
        from labor_signals.aggregate.inequality import inequality  # noqa: PLC0415

        return inequality(self.tagged)

    @cached_property
    def silence(self) -> pd.DataFrame:
        """Response latencies and unanswered bids, where there are times: one row a conversation and ordered pair."""
        from labor_signals.aggregate.silence import silence  # noqa: PLC0415

        return silence(self.tagged, settings=self.settings)

    @cached_property
    def containment(self) -> pd.DataFrame:
        """How much more a speaker hedges in labor than elsewhere: one row a conversation and speaker."""
        from labor_signals.aggregate.containment import containment  # noqa: PLC0415
        from labor_signals.tag.cues import count_cues  # noqa: PLC0415  (cues are found by the tag step)

        hedges = count_cues(self.tagged.transcript, "hedges")
        return containment(self.tagged, hedges=hedges, settings=self.settings)

    @cached_property
    def _over_windows(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        from labor_signals.aggregate.trajectory import trajectory  # noqa: PLC0415

        return trajectory(self.tagged, settings=self.settings)

    @property
    def trajectory(self) -> pd.DataFrame:
        """Scores over windows of a long conversation: one row a conversation, ordered pair and window."""
        return self._over_windows[0]

    @property
    def slopes(self) -> pd.DataFrame:
        """How the load share drifts over those windows: one row a conversation and ordered pair."""
        return self._over_windows[1]

    def change_points(self) -> pd.DataFrame:
        """Where the load shifts (the `trajectory` extra); see `change_points`."""
        from labor_signals.aggregate.change_points import change_points  # noqa: PLC0415

        return change_points(self.trajectory)

    def dyads(self, dyad: str | None = None) -> pd.DataFrame:
        """Load and rate asymmetry of every dyad over all its conversations; see `aggregate_dyads`."""
        from labor_signals.aggregate.aggregate_dyads import aggregate_dyads  # noqa: PLC0415

        return aggregate_dyads(self.tagged, dyad=dyad, settings=self.settings)

    def roles(self, role: str, *, dyad: str | None = None, cluster: str | None = None) -> pd.DataFrame:
        """Whether one role carries more than another over all dyads of a corpus; see `compare_roles`."""
        from labor_signals.aggregate.compare_roles import compare_roles  # noqa: PLC0415

        return compare_roles(self.tagged, role=role, dyad=dyad, cluster=cluster, settings=self.settings)


@dataclass(frozen=True, eq=False, kw_only=True)
class Report:
    """All that `analyze` found out, in tables. Made by `build_report`.

    Attributes:
        tagged: The talk with its tags.
        asymmetry: Who carries what, toward whom.
    """

    tagged: TaggedTranscript
    asymmetry: Asymmetry

    def __repr__(self) -> str:
        return f"Report({self.tagged!r}, {self.asymmetry!r})"

    @property
    def utterances(self) -> pd.DataFrame:
        """One row an utterance, in input order, with tags, probabilities and the user's own columns."""
        return self.tagged.frame

    @property
    def speakers(self) -> pd.DataFrame:
        """One row a conversation and speaker."""
        return self.asymmetry.speakers

    @property
    def pairs(self) -> pd.DataFrame:
        """One row a conversation and ordered pair (from, to)."""
        return self.asymmetry.pairs

    @property
    def pairs_by_tag(self) -> pd.DataFrame:
        """`pairs` for each tag by itself, in long form."""
        return self.asymmetry.pairs_by_tag

    @property
    def sequences(self) -> pd.DataFrame:
        """One row a conversation, ordered pair and two tags: what followed what."""
        return self.asymmetry.sequences

    @property
    def trajectory(self) -> pd.DataFrame:
        """One row a conversation, ordered pair and window of the talk."""
        return self.asymmetry.trajectory

    @property
    def evidence(self) -> pd.DataFrame:
        """One row a piece of text behind a tag, with its character span in the utterance."""
        return self.tagged.evidence

    @property
    def notes(self) -> tuple[Note, ...]:
        """What reading dropped, changed or guessed."""
        return self.tagged.transcript.notes

    @property
    def provenance(self) -> Provenance:
        """Versions, tagger, settings and seed behind this result."""
        return self.tagged.provenance

    def summary(self) -> str:
        """Who carries what, in plain words, with what these numbers do not show."""
        from labor_signals.report.summary import summarise  # noqa: PLC0415

        return summarise(self)

    def to_dict(self) -> dict[str, Any]:
        """All tables and the provenance as plain Python values, ready for JSON, with `schema_version`."""
        from labor_signals.report.export import report_to_dict  # noqa: PLC0415

        return report_to_dict(self)

    def save(self, folder: str | PathLike[str], *, table_format: Literal["parquet", "csv"] = "parquet") -> Path:
        """Writes every table into `folder` and the rest into `report.json` there; returns the folder.

        Raises:
            FileExistsError: The folder holds files already; nothing is overwritten.
        """
        from labor_signals.report.export import save_report  # noqa: PLC0415

        return save_report(self, folder, table_format=table_format)

    def actor_partner(self) -> pd.DataFrame:
        """What each did beside what the other did: one row a conversation and ordered pair, for dyadic models."""
        from labor_signals.report.actor_partner import actor_partner_table  # noqa: PLC0415

        return actor_partner_table(self.pairs, self.pairs_by_tag)

    def to_sdis(self, path: str | PathLike[str], *, codes: Literal["primary", "all"] = "primary") -> Path:
        """Codes in SDIS, for lag sequential analysis in GSEQ; one code an utterance, or all. Text is never written.

        Raises:
            FileExistsError: There is a file already; nothing is overwritten.
        """
        from labor_signals.report.sdis import to_sdis  # noqa: PLC0415

        return to_sdis(self.tagged, path, codes=codes)

    def to_html(self, path: str | PathLike[str] | None = None) -> str:
        """A page of its own: the coloured transcript and who carries what. Written to `path` where one is given."""
        from labor_signals.report.html import report_to_html  # noqa: PLC0415

        return report_to_html(self, path)

    def plot(self, conversation_id: object = None) -> Any:
        """A matplotlib figure (the `plots` extra) of who carries what in one conversation: the first, unless named."""
        from labor_signals.report.plot import plot_report  # noqa: PLC0415

        return plot_report(self, conversation_id)

    def _repr_html_(self) -> str:
        from labor_signals.report.html import report_to_fragment  # noqa: PLC0415

        return report_to_fragment(self)
