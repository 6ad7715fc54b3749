"""The rules of the house that a machine can check."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import labor_signals

PACKAGE = Path(labor_signals.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
STEPS = {"read", "tag", "aggregate", "report"}


def _imports(tree: ast.AST) -> set[str]:
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_steps_do_not_import_each_other(path):
    step = path.relative_to(PACKAGE).parts[0]
    others = {f"labor_signals.{other}" for other in STEPS - {step}} if step in STEPS else set()
    assert not {name for name in _imports(ast.parse(path.read_text())) for other in others if name.startswith(other)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_are_small(path):
    text = path.read_text()
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 50, node.name
            arguments = node.args
            assert len(arguments.args) + len(arguments.kwonlyargs) <= 7, node.name  # six, and self


@pytest.mark.parametrize("step", sorted(STEPS))
def test_every_step_has_a_front_door(step):
    doors = {
        "read": "read_transcript",
        "tag": "tag_utterances",
        "aggregate": "aggregate_asymmetry",
        "report": "build_report",
    }
    assert f"def {doors[step]}(" in (PACKAGE / step / f"{doors[step]}.py").read_text()


def test_importing_loads_nothing_heavy():
    heavy = [
        "torch",
        "transformers",
        "tokenizers",
        "scipy",
        "spacy",
        "sklearn",
        "matplotlib",
        "onnxruntime",
        "jinja2",
        "rustling",
        "webvtt",
    ]
    code = f"import labor_signals, sys; print([name for name in {heavy!r} if name in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_public_names_are_a_dozen_or_so_and_documented():
    assert len(labor_signals.__all__) <= 16
    for name in labor_signals.__all__:
        member = getattr(labor_signals, name)
        if callable(member):
            assert member.__doc__, name
