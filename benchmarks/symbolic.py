"""The symbolic core on every case with a known answer, beside delierium, and how its time grows.

    python benchmarks/symbolic.py [--rooms symmetry,invariants] [--peer PYTHON] [--no-scaling] [--plot FILE.svg] [--no-flint] [--json FILE]

Symmetries (62 equations and systems, 6 first-order systems), invariants (27 actions, 4 equivariant modules), conservation laws
(12 systems) and first integrals (5): solved or not, CPU seconds, wall seconds, peak memory, then medians by class. Every case runs in a
process of its own, one after the other, so SymPy's caches are empty each time; imports and reading the case are not counted
(`symbolic_case.py`), the checks against the known answer neither. `--peer`: an interpreter that has delierium (it needs Python 3.12);
it gets `--limit` CPU seconds for each case; a file written by `--json` in an earlier run stands for it too. Wall seconds on a machine
with other work say less than CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from symbolic_case import ROOMS, ROOT, names
from symbolic_scaling import SERIES, draw

Row = dict[str, Any]
SCALING_BUDGET = 60.0
PATIENCE = 10  # wall seconds for each CPU second before a process is given up
CLASSES: dict[str, Callable[[Row], bool]] = {
    "polynomial": lambda e: e["generator_class"] == "polynomial",
    "  of these one finite equation": lambda e: (
        e["generator_class"] == "polynomial" and not e["infinite_part"] and not e["kind"].endswith("system")
    ),
    "non-polynomial": lambda e: e["generator_class"] != "polynomial",
    "systems": lambda e: e["kind"].endswith("system"),
    "  of these PDE systems": lambda e: e["kind"] == "pde_system",
    "infinite": lambda e: bool(e["infinite_part"]),
    "all": lambda e: True,
}


def process(command: Sequence[str], limit: float, **environment: str) -> tuple[list[Row], str]:
    """Lines of JSON that a fresh process prints within `limit` CPU seconds, and what went wrong."""
    settings = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **environment}

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit)))

    done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings, preexec_fn=limited)
    try:
        out, errors = done.communicate(timeout=limit * PATIENCE)
    except subprocess.TimeoutExpired:
        done.kill()
        out, errors = done.communicate()
    rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    problem = "" if done.returncode == 0 else f"over {limit:g} s" if done.returncode < 0 else errors.strip().splitlines()[-1]
    return rows, problem


def ours(room: str, name: str, flags: Sequence[str]) -> Row:
    """One case."""
    script = str(ROOT / "benchmarks" / "symbolic_case.py")
    rows, problem = process([sys.executable, script, room, name, *flags], 180)
    return {"room": room, "name": name, **(rows[-1] if rows else {"solved": False, "problem": problem})}


def theirs(room: str, name: str, python: str, limit: float) -> Row:
    """delierium on one case; None in the cost if it was stopped."""
    if python.endswith(".json"):  # an earlier record
        earlier = json.loads(Path(python).read_text(encoding="utf-8"))[room]
        return next((r["peer"] for r in earlier if r["name"] == name), {"problem": "not in the record"})
    script = str(ROOT / "benchmarks" / "symbolic_peer.py")
    rows, problem = process([python, script, room, name], limit + 3)  # three seconds for its imports
    return {**(rows[-1] if rows else {}), "problem": problem}


def judged(answer: Row, entry: Row, room: str) -> tuple[bool, bool, str]:
    """Whether the peer's dimension is right, whether it gave the whole algebra (or set), and its cell in the table."""
    cost = f"{answer['cpu']:.2f}" if "cpu" in answer else "-"
    if "refused" in answer:
        return False, False, "refused"
    if "failed" in answer or not answer:
        return False, False, f"failed after {cost}"
    if room == "invariants":
        whole = answer.get("count") == entry["number_of_invariants"]
        return (
            whole,
            whole,
            f"{answer.get('count', '-')} invariants {cost}" + (f", {answer['problem']}" if answer["problem"] else ""),
        )
    wanted = "oo" if entry["infinite_part"] else str(entry["dimension_finite"])
    right = answer.get("dimension") == wanted
    whole = right and answer.get("generators") == entry["dimension_finite"] and not entry["infinite_part"]
    text = f"{answer.get('dimension', '-')}, {answer.get('generators', 'no')} generators {cost}"
    return right, whole, text + (f", {answer['problem']}" if answer["problem"] else "")


def entries(room: str) -> dict[str, Row]:
    """What the files say of each case."""
    key = {"symmetry": "equations", "invariants": "differential_invariants"}[room]
    text = (ROOT / "tests" / room / f"{room}_benchmark.json").read_text(encoding="utf-8")
    return {e["id"]: e for e in json.loads(text)[key]}


def run_room(room: str, options: argparse.Namespace) -> list[Row]:
    """Print the table of a room."""
    known = entries(room) if room in ("symmetry", "invariants") else {}
    print(
        f"\n{room}\n{'case':28} {'found':>8} {'known':>8} {'':7} {'CPU s':>7} {'wall s':>7} {'MiB':>5}  delierium (CPU s)",
        flush=True,
    )
    table = []
    for name in names(room):
        row, cell = ours(room, name, options.flags), ""
        # what it offers for joint invariants of several generators, modules and conservation laws: nothing
        comparable = room == "symmetry" or (room == "invariants" and len(known[name]["generators"]) == 1)
        if comparable and options.peer:
            row["peer"] = theirs(room, name, options.peer, options.limit)
            row["peer_dimension"], row["peer_whole"], cell = judged(row["peer"], known[name], room)
        elif options.peer:
            cell = "not offered"
        table.append(row)
        verdict = "solved" if row["solved"] else "MISSED"
        if "cpu" in row:
            figures = f"{row['got']:>8} {row['known']:>8} {verdict:7} {row['cpu']:7.2f} {row['wall']:7.2f} {row['peak']:5.0f}"
        else:
            figures = f"{'-':>8} {'-':>8} {verdict:7} {row['problem']}"
        print(f"{name:28} {figures}  {cell or 'not run'}", flush=True)
    _summary(room, table, known)
    return table


def _summary(room: str, table: Sequence[Row], known: dict[str, Row]) -> None:
    chosen = CLASSES if room == "symmetry" else {"all": lambda _: True}
    print(f"\n{'class':32} {'solved':>9} {'median':>7} {'max':>6}   delierium: dimension, whole, median s of the whole ones")
    for title, belongs in chosen.items():
        rows = [r for r in table if belongs(known.get(r["name"], {}))]
        times = [r["cpu"] for r in rows if "cpu" in r]
        peers = [r for r in rows if "peer" in r]
        whole = [r["peer"]["cpu"] for r in peers if r["peer_whole"]]
        peer = f"{sum(r['peer_dimension'] for r in peers)}/{len(peers)}, {len(whole)}/{len(peers)}" if peers else "-"
        peer += f", {statistics.median(whole):.2f}" if whole else ""
        solved = f"{sum(bool(r['solved']) for r in rows)}/{len(rows)}"
        middle, top = (statistics.median(times), max(times)) if times else (float("nan"), float("nan"))
        print(f"{title:32} {solved:>9} {middle:7.3f} {top:6.2f}   {peer}")


def scaling(plot: str) -> list[Row]:
    """Grow every series until a member is not solved within the budget."""
    print(f"\nhow the time grows (a series ends where {SCALING_BUDGET:g} s are not enough)")
    print(f"{'series':24} {'size':>4} {'found':>8} {'known':>8} {'':7} {'CPU s':>7} {'MiB':>6}", flush=True)
    table = []
    script = str(ROOT / "benchmarks" / "symbolic_scaling.py")
    for name, series in SERIES.items():
        for size in series.sizes:
            rows, problem = process([sys.executable, script, name, str(size), str(SCALING_BUDGET)], 4 * SCALING_BUDGET)
            row = {"series": name, "size": size, "solved": False, **(rows[-1] if rows else {"note": problem})}
            table.append(row)
            figures = f"{row['got']:>8} {row['known']:>8} " if rows else f"{'-':>8} {'-':>8} "
            figures += f"{'solved' if row['solved'] else 'MISSED':7} "
            figures += f"{row['cpu']:7.2f} {row['peak']:6.0f}" if rows else ""
            print(f"{series.title:24} {size:4} {figures} {row['note']}", flush=True)
            if not row["solved"]:
                break
    if plot:
        draw(table, plot)
    return table


def cold(repeats: int = 3) -> None:
    """Seconds of a fresh process, with compiled bytecode at hand and without any (that of SymPy and NumPy is missing too)."""
    commands = {"import invarieq": ["-c", "import invarieq"], "invarieq symmetries kdv": ["-m", "invarieq", "symmetries", "kdv"]}
    print(f"\n{'cold start':28} {'CPU s':>7} {'wall s':>7}   median of {repeats} fresh processes")
    for title, command in commands.items():
        for kind in ("", ", no bytecode"):
            costs = [_cold_once(command, fresh=bool(kind)) for _ in range(repeats + 1)][1:]
            cpu, wall = (statistics.median(c[i] for c in costs) for i in (0, 1))
            print(f"{title + kind:28} {cpu:7.2f} {wall:7.2f}", flush=True)


def _cold_once(command: Sequence[str], *, fresh: bool) -> tuple[float, float]:
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as empty:
        if fresh:
            settings["PYTHONPYCACHEPREFIX"] = empty
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, env=settings, stdout=subprocess.DEVNULL, cwd=empty)
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", default=",".join(ROOMS))
    parser.add_argument("--peer", default="")
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--no-scaling", action="store_true")
    parser.add_argument("--plot", default="")
    parser.add_argument("--no-flint", dest="flags", action="append_const", const="--no-flint", default=[])
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    flint = find_spec("flint") is not None and not options.flags
    versions = ", ".join(f"{p} {metadata.version(p)}" for p in ("sympy", "numpy", *(["python-flint"] if flint else [])))
    print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    source = f"at most {options.limit:g} CPU s a case" if options.peer else "not run (give --peer an interpreter that has it)"
    print(f"delierium: {'figures of an earlier run, ' if options.peer.endswith('.json') else ''}{source}")
    record: dict[str, Any] = {room: run_room(room, options) for room in options.rooms.split(",")}
    if not options.no_scaling:
        record["scaling"] = scaling(options.plot)
    cold()
    if options.json:
        Path(options.json).write_text(json.dumps(record, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
