"""Runs a model's unquantised weights through torch, which pays on a GPU."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from labor_signals.errors import MissingExtraError, TaggerError
from labor_signals.records import FloatArray
from labor_signals.tag.packing import PackedChunk, groups_of_like_length

WEIGHTS_FILE: Final = "weights.safetensors"
ENCODER_FILE: Final = "encoder.json"
PIECES_AT_ONCE: Final = 32_768


class TorchRunner:
    """Many chunks a call, in bf16 on a GPU, in full precision on CPU.

    Raises:
        MissingExtraError: torch, transformers or safetensors is not installed.
        TaggerError: The model ships no weights for torch, or torch does not know the device.
    """

    def __init__(self, folder: Path, *, device: str, labels: int) -> None:
        try:
            import torch  # noqa: PLC0415  (heavy, and only in an extra)
            from safetensors.torch import load_file  # noqa: PLC0415

            from labor_signals.tag.packed_model import PackedModel, empty_encoder  # noqa: PLC0415
        except ImportError as error:
            raise MissingExtraError(error.name or "torch", extra="train", purpose=f"device={device!r}") from error
        if not (folder / WEIGHTS_FILE).is_file():
            raise TaggerError(
                f"the model in {folder.name!r} has no {WEIGHTS_FILE}; expected one; device='cpu' needs none."
            )
        try:
            self._device = torch.device(device)
            self._model = PackedModel(empty_encoder(folder / ENCODER_FILE), {"tags": labels})
            self._model.load_state_dict(load_file(folder / WEIGHTS_FILE))
            self._model.eval().float().to(self._device)
        except (RuntimeError, AssertionError) as error:  # torch asserts that CUDA is there
            raise TaggerError(
                f"the model cannot run on device {device!r} ({error}); expected 'cpu', or a device that torch has."
            ) from error

    def run(self, chunks: Sequence[PackedChunk]) -> list[FloatArray]:
        """(utterances, K) logits of each chunk, its context left out."""
        found: dict[int, FloatArray] = {}
        for places in groups_of_like_length([len(chunk.ids) for chunk in chunks], PIECES_AT_ONCE):
            found |= dict(zip(places, self._run([chunks[place] for place in places]), strict=True))
        return [found[place] for place in range(len(chunks))]

    def _run(self, chunks: Sequence[PackedChunk]) -> list[FloatArray]:
        import torch  # noqa: PLC0415  (installed, as the model is loaded)

        from labor_signals.tag.packed_model import padded_chunks  # noqa: PLC0415

        with torch.inference_mode(), torch.autocast("cuda", torch.bfloat16, enabled=self._device.type == "cuda"):
            logits = self._model(padded_chunks(chunks).to(self._device))["tags"].float().cpu().numpy()
        return [logits[row, chunk.context : chunk.utterances] for row, chunk in enumerate(chunks)]
