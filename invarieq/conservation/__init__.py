"""Conservation laws: multipliers, fluxes, first integrals, Noether's theorem."""

from invarieq.conservation.euler import euler, is_divergence
from invarieq.conservation.fluxes import fluxes_of
from invarieq.conservation.integrals import FirstIntegrals, first_integrals
from invarieq.conservation.laws import ConservationLaw, ConservationLaws, Family
from invarieq.conservation.multipliers import conservation_laws

__all__ = ["ConservationLaw", "ConservationLaws", "Family", "FirstIntegrals", "conservation_laws", "euler", "first_integrals", "fluxes_of", "is_divergence"]
