"""The regions of Azure that are known here. There are new ones each year, so that an unknown one may well exist.

Source: `az account list-locations`, physical regions, of the three clouds that are known by name.
"""

from __future__ import annotations

_PUBLIC = """
    australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth
    brazilsoutheast canadacentral canadaeast centralindia centralus centraluseuap chilecentral denmarkeast
    eastasia eastus eastus2 eastus2euap eastusstg francecentral francesouth germanynorth germanywestcentral
    indonesiacentral israelcentral israelnorthwest italynorth japaneast japanwest jioindiacentral jioindiawest
    koreacentral koreasouth malaysiasouth malaysiawest mexicocentral newzealandnorth northcentralus
    northeurope norwayeast norwaywest polandcentral qatarcentral southafricanorth southafricawest
    southcentralus southcentralusstg southeastasia southeastus southindia spaincentral swedencentral
    swedensouth switzerlandnorth switzerlandwest taiwannorth taiwannorthwest uaecentral uaenorth uksouth
    ukwest westcentralus westeurope westindia westus westus2 westus3
"""
_OTHERS = """
    chinaeast chinaeast2 chinaeast3 chinanorth chinanorth2 chinanorth3 usdodcentral usdodeast usgovarizona
    usgoviowa usgovtexas usgovvirginia usnateast usnatwest ussecwest ussecwestcentral
"""

REGIONS = frozenset((*_PUBLIC.split(), *_OTHERS.split()))
"""The names of regions, in lower case and without spaces."""


def region_name(location: str) -> str:
    """Return the name of a region as Azure writes it.

    >>> region_name("West Europe")
    'westeurope'
    """
    return location.replace(" ", "").lower()
