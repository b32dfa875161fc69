"""The picture of the README: noisy data, the candidates with and without the symmetry, and the law found.

python docs/picture.py docs/kdv.svg
"""

from __future__ import annotations

import sys

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
from invarieq.discovery.search import result, search

from invarieq.data import add_noise, simulate
from invarieq.law import latex, law_from_json
from invarieq.system import load_system


def main(path: str) -> None:
    """Search KdV data with 10 % noise with and without the symmetry and draw what came out."""
    system = load_system("kdv")
    data = add_noise(simulate(system), 0.1, seed=0)
    answers = {}
    for symmetry in (True, False):
        document = search(system.searchable(), data, time_order=1, engine="sparse", seed=0, symmetry=symmetry)
        answers[symmetry] = result(system, document, symmetry=symmetry)
    law = law_from_json(answers[True]["best"])
    plt.rcParams.update({"svg.hashsalt": "invarieq", "font.size": 10, "svg.fonttype": "none"})
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.1), width_ratios=[1.3, 1], layout="constrained")
    field = data.segments[0]["u"]
    left.pcolormesh(field["x"], field["t"], field.transpose("t", "x"), cmap="viridis", shading="auto", rasterized=True)
    left.set(xlabel="x", ylabel="t", title="data: two solitons, 10 % noise")
    space = answers[True]["search_space"]
    right.barh(
        ["translations,\nboost, scaling", "no symmetry"],
        [space["restricted"], space["unrestricted"]],
        color=["#2a7f62", "#b0b0b0"],
    )
    right.bar_label(right.containers[0], padding=3)
    right.set(xlabel="candidate terms", title=f"${latex(law)}$".replace("\\,", "\\ "), xlim=(0, 30))
    for side in ("top", "right"):
        right.spines[side].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main(sys.argv[1])
