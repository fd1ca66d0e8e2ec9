"""The rules of the house, read off the source text of every module."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "mlpviz"
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TOOLS = sorted((ROOT / "packaging").glob("*.py"))
EVERY = [*MODULES, *TESTS, *TOOLS]

LONGEST_FILE = 400
LONGEST_FUNCTION = 60

# From the top: a module imports only what stands below it. What shares a floor is apart from its neighbours.
FLOORS = (
    {"__main__"},
    {"cli"},
    {"bench"},
    {"app"},
    {"views"},
    {"session"},
    {"api"},
    {"runtime", "experiments", "files", "pictures"},
    {"document"},
    {"universality"},
    {"data"},
    {"nn"},
    {"errors", "paths"},
)
LEVEL = {part: number for number, floor in enumerate(FLOORS) for part in floor}
MAY_USE_QT = {"app", "views", "session", "runtime", "bench"}
QT = {"PyQt6", "pyqtgraph"}
# Views are told everything by the session; these they never import, whatever the floors allow.
NOT_FOR_VIEWS = {"runtime"}
WORKSPACES = {"lab", "universality", "lecture"}

COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
COLOUR_CALLS = {"QColor", "mkColor", "mkPen", "mkBrush"}
THEMES = {PACKAGE / "views" / "kit" / "theme.py"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|for " r"now\b")
# Tests may be left out where PyTorch or ONNX Runtime is missing, which nothing of mlpviz needs; no others may.
MAY_SKIP = {ROOT / "tests" / "optional.py"}
IDLE = re.compile(r"pytest\.(skip|xfail|importorskip|mark\.(skip|skipif|xfail))|time\.sleep")
ASSERTING = re.compile(r"(^|_)(assert|check|raises|warns|fail|wait_until|wait_for|expect)")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def dotted(path: Path) -> list[str]:
    """The parts of a module's name below mlpviz: views/kit/theme.py → [views, kit, theme]."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports anywhere, TYPE_CHECKING blocks and functions included, with its line."""
    here = ["mlpviz", *dotted(path)] if path.is_relative_to(PACKAGE) else []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = here if path.name == "__init__.py" else here[:-1]
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield base, node.lineno
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def part_of(path: Path) -> str:
    """The floor's name of a module: its first part, "" for the package itself."""
    return (dotted(path) or [""])[0]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    own = part_of(path)
    if own == "":
        wrong = [(module, line) for module, line in imports(path) if module.split(".")[0] in QT]
    else:
        wrong = [(module, line) for module, line in imports(path) if goes_up(own, module)]
    assert not wrong, f"{name_of(path)} imports {wrong}"


def goes_up(own: str, module: str) -> bool:
    """Whether a module of the part `own` may not import `module`."""
    first, *rest = module.split(".")
    if first in QT:
        return own not in MAY_USE_QT
    if first != "mlpviz" or not rest or rest[0] not in LEVEL:
        return False
    target = rest[0]
    if own == "views" and target in NOT_FOR_VIEWS:
        return True
    return target != own and LEVEL[target] <= LEVEL[own]


def test_every_part_has_its_floor() -> None:
    parts = {part_of(path) for path in MODULES} - {""}
    assert parts <= set(LEVEL), f"no floor for {sorted(parts - set(LEVEL))}"


@pytest.mark.parametrize("path", [path for path in MODULES if part_of(path) == "views"], ids=name_of)
def test_workspaces_do_not_know_each_other(path: Path) -> None:
    own = dotted(path)[1:2]
    if not own or own[0] not in WORKSPACES:
        own = []
    others = {workspace for workspace in WORKSPACES if [workspace] != own} if own else set()
    wrong = [(module, line) for module, line in imports(path) if set(module.split(".")[2:3]) & others]
    assert not wrong, f"{name_of(path)} imports {wrong}"


def test_the_linter_agrees_about_imports() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_files_and_functions_fit_the_eye(path: Path) -> None:
    length = len(path.read_text("utf-8").splitlines())
    assert length <= LONGEST_FILE, f"{name_of(path)} has {length} lines"
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    }
    assert not long, f"{name_of(path)} has functions of {long} lines"


@pytest.mark.parametrize("path", [path for path in MODULES if path not in THEMES], ids=name_of)
def test_colours_stand_in_the_theme_alone(path: Path) -> None:
    wrong = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and COLOUR.fullmatch(node.value):
            wrong.append((node.lineno, node.value))
        if isinstance(node, ast.Attribute) and named_colour(ast.unparse(node)):
            wrong.append((node.lineno, ast.unparse(node)))
        if isinstance(node, ast.Call) and called_name(node) in COLOUR_CALLS and literal_colour(node):
            wrong.append((node.lineno, ast.unparse(node)))
    assert not wrong, f"{name_of(path)} has colours of its own: {wrong}"


def named_colour(words: str) -> bool:
    """Whether an attribute is one of Qt's colours; transparent is none."""
    return words.startswith("Qt.GlobalColor.") and not words.endswith(".transparent")


def literal_colour(call: ast.Call) -> bool:
    """Whether a call that makes a colour is given words or numbers, three or four of them."""
    constants = [each for each in call.args if isinstance(each, ast.Constant)]
    words = [each for each in constants if isinstance(each.value, str)]
    return bool(words) or (len(constants) >= 3 and len(constants) == len(call.args))


def called_name(call: ast.Call) -> str:
    """The last name of what is called: b in a.b()."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_nothing_runs_what_a_file_says(path: Path) -> None:
    wrong = [(module, line) for module, line in imports(path) if module.split(".")[0] in FORBIDDEN_MODULES]
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            wrong.append((node.func.id, node.lineno))
        wrong += [
            ("allow_pickle", node.lineno)
            for keyword in node.keywords
            if keyword.arg == "allow_pickle"
            and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        ]
    allowed = path.is_relative_to(ROOT / "tests")  # tests make hostile files to show that they are refused
    wrong = [each for each in wrong if not (allowed and each[0] in {"pickle", "allow_pickle"})]
    assert not wrong, f"{name_of(path)} uses {wrong}"


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_nothing_is_left_unfinished(path: Path) -> None:
    found = [line for line in path.read_text("utf-8").splitlines() if UNFINISHED.search(line)]
    assert not found, f"{name_of(path)}: {found}"
    silent = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and all(isinstance(each, ast.Pass) for each in node.body)
    ]
    assert not silent, f"{name_of(path)} swallows every error at lines {silent}"


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_every_test_asserts_and_none_sleeps_or_skips(path: Path) -> None:
    empty, idle = [], []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not asserts(node, HELPERS):
            empty.append(node.name)
        if isinstance(node, ast.Attribute) and IDLE.fullmatch(ast.unparse(node)):
            idle.append((node.lineno, ast.unparse(node)))
    assert not empty, f"{name_of(path)}: tests that assert nothing: {empty}"
    assert not idle or path in MAY_SKIP, f"{name_of(path)}: {idle}"


def asserts(function: ast.FunctionDef, helpers: set[str]) -> bool:
    """Whether a function contains an assertion, or calls something that is named as one or is one of `helpers`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call) and (ASSERTING.search(called_name(node)) or called_name(node) in helpers):
            return True
    return False


def asserting_helpers() -> set[str]:
    """Names of the functions in tests/ that assert something, directly or through each other."""
    functions = [node for path in TESTS for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]
    functions = [node for node in functions if not node.name.startswith("test_")]
    found: set[str] = set()
    while more := {node.name for node in functions if asserts(node, found)} - found:
        found |= more
    return found


HELPERS = asserting_helpers()
