"""The network as onnxruntime runs it gives what torch gives."""

import numpy as np
import onnx
import pytest
import torch

from labor_signals.tag.onnx_runner import SEGMENT_PIECES, SEGMENTS, inputs_of
from labor_signals.tag.packed_model import PackedModel, QuickDropout, base_encoder, padded_chunks
from labor_signals.tag.packing import Chunk, pack_chunk
from labor_signals.train.export import export_onnx, quantise
from labor_signals.train.exported_model import EightBitTable
from tests.train.conftest import TOY_TAGS

LENGTHS = ([3], [40, 100, 7], [100, 30, 1, 60], [20] * 22, [127, 127, 127, 66])


@pytest.fixture(scope="module")
def model(base):
    torch.manual_seed(0)
    found = PackedModel(base_encoder(base), {"tags": len(TOY_TAGS)}).eval()
    words = found.encoder.embeddings.word_embeddings
    table = EightBitTable(words.weight.detach())  # as in the file, so that the rest can be compared to the digit
    words.weight.data = table(torch.arange(words.num_embeddings)).detach()
    return found


@pytest.fixture(scope="module")
def chunks(model):
    generator = np.random.default_rng(0)
    known = model.encoder.embeddings.word_embeddings.num_embeddings
    return [
        pack_chunk(
            Chunk(0, 0, len(lengths)),
            [generator.integers(0, known, length).tolist() for length in lengths],
            [place % 2 for place in range(len(lengths))],
        )
        for lengths in LENGTHS
    ]


@pytest.fixture(scope="module")
def files(model, chunks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    export_onnx(model, folder / "full.onnx")
    quantise(folder / "full.onnx", folder / "eight_bit.onnx", chunks)
    return folder


def _logits(file, chunk):
    from onnxruntime import InferenceSession  # noqa: PLC0415

    return InferenceSession(str(file), providers=["CPUExecutionProvider"]).run(["tags"], inputs_of(chunk))[0][0]


@torch.inference_mode()
def _expected(model, chunk):
    return model(padded_chunks([chunk]))["tags"][0].numpy()


def test_in_full_precision_it_gives_what_torch_gives_whatever_the_length(model, chunks, files):
    assert max(len(chunk.ids) for chunk in chunks) > SEGMENT_PIECES * (SEGMENTS - 1)
    for chunk in chunks:
        np.testing.assert_allclose(_logits(files / "full.onnx", chunk), _expected(model, chunk), atol=1e-4)


def test_in_eight_bits_it_is_close(model, chunks, files):
    for chunk in chunks:
        found, expected = _logits(files / "eight_bit.onnx", chunk), _expected(model, chunk)
        assert np.abs(found - expected).mean() < 0.2 * np.abs(expected).mean()


def test_eight_bit_products_take_their_bias_along(files):
    graph = onnx.load(files / "eight_bit.onnx").graph
    kinds = [node.op_type for node in graph.node]
    read = {name for node in graph.node for name in node.input} | {part.name for part in graph.output}

    assert all(set(node.output) & read for node in graph.node)
    assert kinds.count("MatMulIntegerToFloat") == 12  # two layers with six each
    assert kinds.count("MultiHeadAttention") == SEGMENTS + 1


def test_dropout_drops_its_share_and_keeps_the_mean():
    dropout, states = QuickDropout(0.25), torch.ones((200, 500))

    assert (dropout.eval()(states) == states).all()
    dropped = dropout.train()(states)
    assert (dropped == 0).float().mean() == pytest.approx(0.25, abs=0.01)
    assert dropped.mean() == pytest.approx(1, abs=0.02)
    assert (dropped != dropout(states)).any()
