r"""Storages on representative periods: chronological links for seasonal storage.

The content in original period $d$, which representative $p(d)$ stands for, is the content at its start
$s_d$, decayed, plus what the period does by itself, $e_t$, which starts from zero:

$$ s_{d+1} = \lambda^{K} s_d + e_{last(p(d))} $$
$$ s_d + e^{max}_{p(d)} \le \overline{l}\,E, \qquad \lambda^{K} s_d + e^{min}_{p(d)} \ge \underline{l}\,E, \qquad
   e^{min}_p \le e_t \le e^{max}_p $$

with $K$ steps in a period and $s$ cyclic over the year. The last two lines are on the safe side: they bound
every hour by the extremes of its period (Kotzur, Markewitz, Robinius, Stolten 2018, Applied Energy 213).
"""

from __future__ import annotations

import numpy as np

from kenli.core.errors import InputError
from kenli.engine.formulation.context import Build, SizeColumns
from kenli.engine.program import Columns
from kenli.park.components import Storage


def add_links(build: Build, name: str, level: Columns, content: SizeColumns, decay: float, item: Storage) -> Columns:
    """Link a storage over the original periods of the year; returns the (D,) contents at their starts.

    Raises:
        InputError: a first content is declared, which a year of representative periods has no use for.
    """
    if item.level.initial is not None:
        raise InputError.at(
            f"components > {name} > level > initial",
            "a year of representative periods is cyclic and has no first content",
            "take `initial` out, or plan with --horizon year",
            code="level",
        )
    program, horizon = build.program, build.horizon
    count, steps = horizon.originals.size, horizon.period_steps
    periods = horizon.steps // steps
    link = horizon.originals.astype(np.int64)
    along = np.arange(count, dtype=np.int64)
    over = decay**steps
    start = program.add_columns(f"level_start/{name}", count, axis="period")
    highest = program.add_columns(f"level_highest/{name}", periods, axis="period")
    lowest = program.add_columns(f"level_lowest/{name}", periods, lower=-np.inf, upper=0.0, axis="period")

    chain = program.add_rows(f"level_link/{name}", count, lower=0.0, upper=0.0, axis="period")
    program.add_coefficients(chain, start, np.ones(count), row_index=along, column_index=(along + 1) % count)
    program.add_coefficients(chain, start, np.full(count, -over))
    last = link * steps + steps - 1
    program.add_coefficients(chain, level, -np.ones(count), row_index=along, column_index=last)

    step = np.arange(horizon.steps, dtype=np.int64)
    own = step // steps
    above = program.add_rows(f"level_below_highest/{name}", upper=0.0)
    program.add_coefficients(above, level, 1.0)
    program.add_coefficients(above, highest, -np.ones(horizon.steps), row_index=step, column_index=own)
    below = program.add_rows(f"level_above_lowest/{name}", lower=0.0)
    program.add_coefficients(below, level, 1.0)
    program.add_coefficients(below, lowest, -np.ones(horizon.steps), row_index=step, column_index=own)

    high, low = item.level.max, item.level.min
    top = program.add_rows(f"level_max/{name}", count, upper=high * content.existing, axis="period")
    program.add_coefficients(top, start, 1.0)
    program.add_coefficients(top, highest, np.ones(count), row_index=along, column_index=link)
    bottom = program.add_rows(f"level_min/{name}", count, lower=low * content.existing, axis="period")
    program.add_coefficients(bottom, start, over)
    program.add_coefficients(bottom, lowest, np.ones(count), row_index=along, column_index=link)
    build.move(content, top, high)
    build.move(content, bottom, low)
    if content.built is not None:
        program.add_coefficients(top, content.built, -high)
        if low > 0.0:
            program.add_coefficients(bottom, content.built, -low)
    return start
