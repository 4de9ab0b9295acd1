"""Contracts: what the park pays and is paid, and to which rules; one file a kind."""

from typing import Annotated

from pydantic import Field

from kenli.park.contracts.certificates import CertificatePurchase
from kenli.park.contracts.direct_line import DirectLine
from kenli.park.contracts.feed_in import FeedIn
from kenli.park.contracts.ppa import PowerPurchase
from kenli.park.contracts.tariff import Tariff
from kenli.park.fields import Model

Contract = Annotated[Tariff | FeedIn | PowerPurchase | DirectLine | CertificatePurchase, Field(discriminator="kind")]

KINDS: dict[str, type[Model]] = {
    "tariff": Tariff,
    "feed_in": FeedIn,
    "ppa": PowerPurchase,
    "direct_line": DirectLine,
    "certificates": CertificatePurchase,
}

__all__ = ["KINDS", "CertificatePurchase", "Contract", "DirectLine", "FeedIn", "PowerPurchase", "Tariff"]
