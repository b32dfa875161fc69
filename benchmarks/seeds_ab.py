"""The tables of both briefs on discovery with symmetry, in one run.

    python benchmarks/seeds_ab.py [--quick] [--draws 10] [--parts ode,pde,spaces,eqod,imperfect,wsindy,vectors] [--out DIR]

Each part is a benchmark of its own (its docstring says what a row is and where the published figures come from) and runs in
its own process; its table goes to DIR/PART.txt. `--quick` takes 3 draws and the small sizes. Shares of success over
independent draws come with bootstrap intervals in ode, pde and eqod. The true law judges and enters no search.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
PARTS = {
    "ode": ("seeds_ode.py", True),
    "pde": ("seeds_pde.py", True),
    "spaces": ("null_spaces.py", False),
    "eqod": ("eqod.py", True),
    "imperfect": ("imperfect.py", True),
    "wsindy": ("wsindy.py", False),
    "vectors": ("vectors.py", False),
}


def command(part: str, *, quick: bool, draws: int) -> list[str]:
    """The command line of a part."""
    script, has_quick = PARTS[part]
    line = [sys.executable, str(HERE / script)]
    if part == "wsindy":
        return [*line, "--draws", str(3 if quick else draws)]
    if quick and has_quick:
        return [*line, "--quick"]
    return [*line, "--draws", str(draws)] if has_quick else line


def run(part: str, out: Path, *, quick: bool, draws: int) -> bool:
    """Run a part, show and keep its table; whether it ended well."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"\n## {part}\n", flush=True)
    with (
        (out / f"{part}.txt").open("w") as file,
        subprocess.Popen(command(part, quick=quick, draws=draws), stdout=subprocess.PIPE, text=True) as child,
    ):
        assert child.stdout is not None
        for line in child.stdout:
            print(line, end="", flush=True)
            file.write(line)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"\n{part}: {seconds:.0f} CPU s, {time.perf_counter() - start:.0f} s, largest process so far {after.ru_maxrss / 1024:.0f} MiB"
    )
    return child.returncode == 0


def main() -> None:
    """Run the parts one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--out", type=Path, default=Path("seeds_ab"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    failed = [p for p in options.parts.split(",") if not run(p, options.out, quick=options.quick, draws=options.draws)]
    if failed:
        sys.exit(f"ended with an error: {', '.join(failed)}")


if __name__ == "__main__":
    main()
