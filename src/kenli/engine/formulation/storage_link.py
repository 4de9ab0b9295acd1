r"""Storages on representative periods: chronological links for seasonal storage.

The content in original period $d$, which representative $p(d)$ stands for, is the content at its start
$s_d$, decayed, plus what the period does by itself, $e_t$, which starts from zero:

$$ s_{d+1} = \lambda^{K} s_d + e_{last(p(d))} $$
$$ s_d + r_{p(d)} \le \overline{l}\,E, \qquad s_d + q_{p(d)} \ge \underline{l}\,E $$
$$ e_t - (1 - \lambda^k)\,\overline{l}\,E \le \lambda^k r_p, \qquad
   e_t - (1 - \lambda^k)\,\underline{l}\,E \ge \lambda^k q_p, \qquad q_p \le 0 \le r_p $$

with $K$ steps in a period, $k$ steps from its start to the end of step $t$, and $s$ cyclic over the year. The
idea of the two layers is that of Kotzur, Markewitz, Robinius and Stolten (2018, Applied Energy 213). $r_p$ and $q_p$
are how far the period needs its start to stay off the bounds: put together, the last two lines say
$\underline{l} E \le \lambda^k s_d + e_t \le \overline{l} E$ for each hour of the year, no more and no less, also with
a loss. Where $\lambda^k$ is next to nothing, the start is left out on the safe side.
"""

from __future__ import annotations

import numpy as np

from kenli.core.errors import InputError
from kenli.engine.formulation.context import Build, SizeColumns
from kenli.engine.program import Columns
from kenli.park.components import Storage

NEGLIGIBLE = 1e-6
"""Share of a start that is left out of the bounds, so that no coefficient is lost to the solver."""


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
    high, low = item.level.max, item.level.min
    left = np.power(decay, step % steps + 1.0, dtype=np.float64)
    gone = np.asarray(1.0 - left, dtype=np.float64)
    left = np.where(left < NEGLIGIBLE, 0.0, left)
    above = program.add_rows(f"level_below_highest/{name}", upper=gone * high * content.existing)
    below = program.add_rows(f"level_above_lowest/{name}", lower=gone * low * content.existing)
    for rows, extreme, share in ((above, highest, gone * high), (below, lowest, gone * low)):
        program.add_coefficients(rows, level, 1.0)
        program.add_coefficients(rows, extreme, -left, row_index=step, column_index=own)
        build.move(content, rows, share)
        if content.built is not None:
            program.add_coefficients(rows, content.built, -share)

    top = program.add_rows(f"level_max/{name}", count, upper=high * content.existing, axis="period")
    program.add_coefficients(top, start, 1.0)
    program.add_coefficients(top, highest, np.ones(count), row_index=along, column_index=link)
    bottom = program.add_rows(f"level_min/{name}", count, lower=low * content.existing, axis="period")
    program.add_coefficients(bottom, start, 1.0)
    program.add_coefficients(bottom, lowest, np.ones(count), row_index=along, column_index=link)
    build.move(content, top, high)
    build.move(content, bottom, low)
    if content.built is not None:
        program.add_coefficients(top, content.built, -high)
        if low > 0.0:
            program.add_coefficients(bottom, content.built, -low)
    return start
