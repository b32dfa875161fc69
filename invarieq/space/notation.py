"""Terms of vector calculus by their usual names: (u·∇)u, ∇(∇·u), u×(∇×u); in index notation where there is none.

A contraction falls into parts that no index joins: scalars, and at most one vector. Each part has a usual name if it is one of
a few forms, else it is written with the indices i (of the result), j, k, … and the summation convention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from invarieq.space.contractions import DERIVATIVE, RESULT, VALUE, Contraction, Factor, Slot

LETTERS = "jklmnopqrs"
Link = tuple[Slot, Slot]


def name_of(factors: Sequence[Factor], contraction: Contraction, *, rank: int) -> str:
    """The contraction in vector notation, e.g. `(u·∇)u`; `1` for the constant."""
    groups = _parts(factors, contraction)
    scalars = [_part(factors, contraction, group) for group in groups if RESULT not in group]
    vectors = [_part(factors, contraction, group) for group in groups if RESULT in group]
    alone = len(scalars) + len(vectors) == 1
    bound = {s: s if alone or not {*s} & {*"·:×∇Δ "} or s.startswith("|") else f"({s})" for s in scalars}
    powers = [f"{bound[s]}^{scalars.count(s)}" if scalars.count(s) > 1 else bound[s] for s in dict.fromkeys(scalars)]
    return " ".join([*powers, *vectors]) or "1"


def _parts(factors: Sequence[Factor], contraction: Contraction) -> list[set[int]]:
    groups: list[set[int]] = [{n} for n in range(len(factors))]
    links = [{a[0], b[0]} for a, b in contraction.pairs] + ([{s[0] for s in contraction.epsilon}] if contraction.epsilon else [])
    for link in links:
        touching = [g for g in groups if g & link]
        groups = [g for g in groups if g not in touching] + [link.union(*touching)]
    return sorted(groups, key=lambda g: (RESULT in g, sorted(g)))


def _part(factors: Sequence[Factor], contraction: Contraction, group: set[int]) -> str:
    pairs = [p for p in contraction.pairs if p[0][0] in group]
    epsilon = contraction.epsilon if contraction.epsilon and contraction.epsilon[0][0] in group else ()
    members = sorted(n for n in group if n != RESULT)
    inner = {n: sum(p == ((n, DERIVATIVE),) * 2 for p in pairs) for n in members}
    names = {n: _laplacian(factors[n].name.replace("*", ""), inner[n]) for n in members}
    links = frozenset(_link(*p[0], *p[1]) for p in pairs if p != ((p[0][0], DERIVATIVE),) * 2)
    plain = len(links) + sum(inner.values()) == len(pairs)
    found = (_curled if epsilon else _usual)(members, names, links, epsilon) if plain else None
    return found or _indexed(factors, pairs, epsilon, members)


def _laplacian(name: str, times: int) -> str:
    return name if not times else f"Δ{name}" if times == 1 else f"Δ^{times} {name}"


def _link(a: int, role: int, b: int, other: int) -> Link:
    first, second = sorted([(a, role), (b, other)])
    return first, second


def _usual(members: Sequence[int], names: Mapping[int, str], links: frozenset[Link], _: Sequence[Slot]) -> str | None:
    """Parts of one or two factors without ε."""
    v, d = VALUE, DERIVATIVE
    if len(members) == 1:
        (n,) = members
        forms = {
            frozenset[Link](): names[n],
            frozenset({_link(RESULT, v, n, v)}): names[n],
            frozenset({_link(RESULT, v, n, d)}): f"∇{names[n]}",
            frozenset({_link(n, v, n, d)}): f"∇·{names[n]}",
            frozenset({_link(n, v, n, d), _link(RESULT, v, n, d)}): f"∇(∇·{names[n]})",
        }
        return forms.get(links)
    if len(members) != 2:
        return None
    for a, b in (members, members[::-1]):
        p, q = names[a], names[b]
        square = f"|{p}|²" if p == q else f"{p}·{q}"
        forms = {
            frozenset({_link(a, v, b, v)}): square,
            frozenset({_link(a, v, b, d)}): f"{p}·∇{q}",
            frozenset({_link(a, d, b, d)}): f"|∇{p}|²" if p == q else f"∇{p}·∇{q}",
            frozenset({_link(a, v, b, d), _link(RESULT, v, b, v)}): f"({p}·∇){q}",
            frozenset({_link(a, d, b, d), _link(RESULT, v, b, v)}): f"(∇{p}·∇){q}",
            frozenset({_link(a, v, b, d), _link(RESULT, v, b, d)}): f"({p}·∇)∇{q}",
            frozenset({_link(a, d, b, d), _link(a, v, b, v)}): f"∇{p}:∇{q}",
            frozenset({_link(a, d, b, v), _link(a, v, b, d)}): f"∇{p}:(∇{q})ᵀ",
            frozenset({_link(a, v, b, d), _link(b, v, b, d)}): f"{p}·∇(∇·{q})",
        }
        if links in forms:
            return forms[links]
    return None


def _curled(members: Sequence[int], names: Mapping[int, str], links: frozenset[Link], epsilon: Sequence[Slot]) -> str | None:
    """Parts with ε: curls and cross products in three dimensions, the turned vector and the scalar curl in two."""
    v, d = VALUE, DERIVATIVE
    if links:
        return None
    slots = sorted(epsilon)
    if len(members) == 1:
        (n,) = members
        forms: dict[tuple[Slot, ...], str] = {
            ((RESULT, v), (n, v), (n, d)): f"∇×{names[n]}",
            ((n, v), (n, d)): f"∇×{names[n]}",
            ((RESULT, v), (n, v)): f"{names[n]}^⊥",
            ((RESULT, v), (n, d)): f"(∇{names[n]})^⊥",
        }
        return forms.get(tuple(slots))
    if len(members) != 2:
        return None
    a, b = members
    p, q = names[a], names[b]
    pairs: dict[tuple[Slot, ...], str] = {
        ((RESULT, v), (a, v), (b, v)): f"{p}×{q}",
        ((RESULT, v), (a, v), (b, d)): f"{p}×∇{q}",
        ((RESULT, v), (a, d), (b, v)): f"∇{p}×{q}",
        ((RESULT, v), (a, d), (b, d)): f"∇{p}×∇{q}",
        ((a, v), (b, v), (b, d)): f"{p}·(∇×{q})",
        ((a, v), (a, d), (b, v)): f"{q}·(∇×{p})",
        ((a, d), (b, v), (b, d)): f"∇{p}·(∇×{q})",
        ((a, v), (a, d), (b, d)): f"∇{q}·(∇×{p})",
        ((a, v), (b, v)): f"{p}×{q}",
        ((a, v), (b, d)): f"{p}×∇{q}",
        ((a, d), (b, v)): f"∇{p}×{q}",
        ((a, d), (b, d)): f"∇{p}×∇{q}",
    }
    return pairs.get(tuple(slots))


def _indexed(factors: Sequence[Factor], pairs: Sequence[Link], epsilon: Sequence[Slot], members: Sequence[int]) -> str:
    """Index notation: u_j ∂_j u_i."""
    letters = iter(LETTERS)
    values: dict[int, str] = {}
    derivatives: dict[int, list[str]] = {n: [] for n in members}

    def put(slot: Slot, letter: str) -> None:
        if slot[1] == VALUE:
            values[slot[0]] = letter
        else:
            derivatives[slot[0]].append(letter)

    for pair in pairs:
        letter = "i" if pair[0][0] == RESULT else next(letters)
        put(pair[0], letter)
        put(pair[1], letter)
    signs = []
    for slot in epsilon:
        letter = "i" if slot[0] == RESULT else next(letters)
        put(slot, letter)
        signs.append(letter)
    words = [f"ε_{''.join(signs)}"] if signs else []
    for n in members:
        stem = factors[n].name.replace("*", "")
        words.append("".join(f"∂_{s}" for s in sorted(derivatives[n])) + stem + (f"_{values[n]}" if n in values else ""))
    return " ".join(words)
