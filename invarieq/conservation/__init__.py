"""Conservation laws: multipliers, fluxes, first integrals, Noether's theorem."""

from invarieq.conservation.euler import euler, is_divergence
from invarieq.conservation.fluxes import fluxes_of
from invarieq.conservation.integrals import FirstIntegrals, first_integrals
from invarieq.conservation.lagrangian import VariationalForm, is_self_adjoint, variational_form
from invarieq.conservation.laws import ConservationLaw, ConservationLaws, MultiplierFamily
from invarieq.conservation.membership import contains, is_multiplier
from invarieq.conservation.multipliers import conservation_laws
from invarieq.conservation.noether import NoetherLaw, characteristic, noether_laws

__all__ = [
    "ConservationLaw",
    "ConservationLaws",
    "FirstIntegrals",
    "MultiplierFamily",
    "NoetherLaw",
    "VariationalForm",
    "characteristic",
    "conservation_laws",
    "contains",
    "euler",
    "first_integrals",
    "fluxes_of",
    "is_divergence",
    "is_multiplier",
    "is_self_adjoint",
    "noether_laws",
    "variational_form",
]
