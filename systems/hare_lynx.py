"""Hares and lynxes of the Hudson Bay Company, 1900–1920 (Elton & Nicholson 1942, Howard 2009).

Kind M: pelts counted by traders, in thousands, one value a year, rounded to one decimal.
Provenance: toy.LotkaVolterraModel of the package pints (BSD-3); it needs invarieq[data].
Plain fit of the known form to logarithms: α .538 ± .059, β .0271 ± .0038, γ .800 ± .083, δ .0238 ± .0033.
Candidates to degree 2 (encounters of two): 21 values of two species cannot tell cubic rivals such as H L² apart.
"""

from invarieq import Field, System, Terms, coordinates, translation

(t,) = coordinates("t")
H, L = Field("H", t), Field("L", t)

system = System(
    name="hare_lynx",
    unknowns=[H, L],
    symmetry=[translation(t)],
    data="measured:hare_lynx",
    source="Hudson Bay Company counts, in the package pints",
    terms=Terms(degree=2),
)
