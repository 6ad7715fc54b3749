import numpy as np
import pytest

from labor_signals.train.calibrate import best_f1, expected_calibration_error, fit_scaling, of_precision


@pytest.fixture(scope="module")
def measured():
    """Logits that are twice too sure, and what was true."""
    generator = np.random.default_rng(0)
    truth = generator.normal(-1, 1.5, (20_000, 2)).astype(np.float32)
    carried = (generator.random(truth.shape) < 1 / (1 + np.exp(-truth))).astype(np.float32)
    return 2 * truth, carried


def test_scaling_undoes_what_was_too_sure(measured):
    logits, carried = measured
    scale, offset = fit_scaling(logits, carried)

    assert scale == pytest.approx([0.5, 0.5], abs=0.02)
    assert offset == pytest.approx([0, 0], abs=0.05)
    before, after = (
        expected_calibration_error(1 / (1 + np.exp(-x)), carried) for x in (logits, scale * logits + offset)
    )
    assert (after < 0.01).all()
    assert (before > 0.04).all()


def test_doubtful_codes_pull_half_each_way():
    logits = np.zeros((100, 1), np.float32)
    scale, offset = fit_scaling(logits, np.full((100, 1), 0.5, np.float32))

    assert offset == pytest.approx([0], abs=1e-3)
    assert np.isfinite(scale).all()


def test_best_threshold_is_half_of_the_highest_f1():
    probability = np.array([[0.9], [0.8], [0.4], [0.3], [0.1]], np.float32)
    targets = np.array([[1], [1], [0], [1], [0]], np.float32)

    assert best_f1(probability, targets) == pytest.approx([3 / 7])  # 3 right of 4 given: F1 6/7, against 4/5 above 0.4
    targets[3] = 0
    assert best_f1(probability, targets) == pytest.approx([0.5])


def test_best_threshold_is_that_of_the_highest_f1_where_probabilities_are_calibrated(measured):
    logits, carried = measured
    probability = 1 / (1 + np.exp(-logits / 2))
    found = best_f1(probability, carried)

    assert 0.2 < found[0] < 0.45
    for k, threshold in enumerate(found):
        tried = np.linspace(0.05, 0.95, 91)
        f1 = [
            2 * carried[probability[:, k] >= t, k].sum() / ((probability[:, k] >= t).sum() + carried[:, k].sum())
            for t in tried
        ]
        assert threshold == pytest.approx(tried[np.argmax(f1)], abs=0.05)


def test_highest_f1_does_not_part_equals():
    probability = np.array([[0.5], [0.5], [0.5], [0.2]], np.float32)
    targets = np.array([[1], [0], [1], [0]], np.float32)

    assert best_f1(probability, targets) == pytest.approx([0.4])  # 2 right of 3 given


def test_best_threshold_leaves_doubt_out():
    probability = np.array([[0.9], [0.95], [0.1]], np.float32)

    assert best_f1(probability, np.array([[1], [0.5], [0]], np.float32)) == pytest.approx([0.5])


def test_precision_is_reached_or_never(measured):
    logits, carried = measured
    probability = 1 / (1 + np.exp(-logits / 2))
    for wanted in (0.6, 0.8):
        for k, threshold in enumerate(of_precision(probability, carried, wanted)):
            assert carried[probability[:, k] >= threshold, k].mean() == pytest.approx(wanted, abs=0.01)
    assert of_precision(probability, np.zeros_like(carried), 0.5) == pytest.approx([1, 1])
