"""What made a result: versions, tagger, settings, seed. Stamped on every result."""

from dataclasses import asdict, dataclass

from labor_signals.codebook import CODEBOOK_VERSION
from labor_signals.settings import Settings
from labor_signals.version import __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Enough to say whether two results can be compared, and to make one again.

    Attributes:
        labor_signals: Version of this library.
        codebook: Version of the codebook whose tags were used.
        tagger: Name of the tagger, or `human codes`.
        tagger_digest: First 12 hex digits of the SHA-256 of what the tagger consists of, or `None`.
        settings: Digest of the settings (`Settings.digest`).
        seed: Seed of everything drawn at random.
    """

    labor_signals: str
    codebook: str
    tagger: str
    tagger_digest: str | None
    settings: str
    seed: int

    def to_dict(self) -> dict[str, str | int | None]:
        """The fields as a plain dict, for JSON."""
        return asdict(self)


def stamp(tagger: str, *, tagger_digest: str | None, settings: Settings) -> Provenance:
    """Provenance of a result made now, by this version."""
    return Provenance(
        labor_signals=__version__,
        codebook=CODEBOOK_VERSION,
        tagger=tagger,
        tagger_digest=tagger_digest,
        settings=settings.digest,
        seed=settings.seed,
    )
