"""Shandong's five periods of the day, written down hour by hour as a clerk would, without Kenli's reader.

c critical, p peak, f flat, v valley, d deep valley; where two published ranges overlap, critical stands
over peak and deep valley over valley. The hours are those of `src/kenli/park/schemes/shandong.yaml`.
"""

from datetime import datetime, timedelta

#        hour  0         6         12          18
WINTER = "ff vvvv f pp f v ddd v f ccc pp fff".replace(" ", "")
SPRING = "ffffffffff v ddd v ff ccc pp ff".replace(" ", "")
JUNE = "fffffff vvvvv ffff p ccccc p f".replace(" ", "")
DAYS = {1: WINTER, 2: WINTER, 3: SPRING, 4: SPRING, 5: SPRING, **dict.fromkeys(range(6, 13), JUNE)}
RATIOS = {"c": 2.0, "p": 1.7, "f": 1.0, "v": 0.3, "d": 0.1}


def hourly_prices(start: datetime, hours: int, base: float) -> list[float]:
    """Price of each hour from a local start, July to December priced as June."""
    prices = []
    for k in range(hours):
        clock = start + timedelta(hours=k)
        prices.append(base * RATIOS[DAYS[clock.month][clock.hour]])
    return prices
