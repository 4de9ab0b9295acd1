"""Ctrl-C stops every algorithm within about a second and raises KeyboardInterrupt."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time

import pytest

SCRIPT = """
import sys
import numpy as np
from kenli.engine.program import Program
from kenli.engine.solve import SolverOptions, solve

def linear(steps):
    rng = np.random.default_rng(1)
    p = Program(steps)
    size, x, level = p.add_columns("size", 8), p.add_columns("x"), p.add_columns("level")
    dear = p.add_columns("dear")
    demand = 10 + 10 * rng.random(steps)
    r = p.add_rows("r", lower=demand)
    c = p.add_rows("c", lower=0.0, upper=0.0)
    p.add_coefficients(r, dear, 1.0)
    p.add_cost("cost", dear, 50 + 50 * rng.random(steps))
    for k in range(8):
        y = p.add_columns(f"y{k}")
        cap = p.add_rows(f"cap{k}", upper=0.0)
        p.add_coefficients(cap, y, 1.0)
        p.add_coefficients(cap, size, -rng.random(steps), row_index=np.arange(steps),
                           column_index=np.full(steps, k))
        p.add_coefficients(r, y, 1.0)
        p.add_cost("cost", y, rng.random(steps))
    p.add_coefficients(r, x, -1.0)
    p.add_coefficients(c, level, 1.0)
    p.add_coefficients(c, level, -0.99, previous=True)
    p.add_coefficients(c, x, -0.9)
    out = p.add_columns("out")
    p.add_coefficients(c, out, 1.0)
    p.add_coefficients(r, out, 1.0)
    p.add_cost("annuity", size, 8000.0)
    return p

def integer():
    rng = np.random.default_rng(5)
    p = Program(1)
    size = 70
    n = p.add_columns("n", size, upper=1.0, integer=True)
    short = p.add_columns("short", 8)
    w = rng.integers(0, 100, (8, size)).astype(float)
    r = p.add_rows("r", 8, lower=np.floor(w.sum(axis=1) / 2), upper=np.floor(w.sum(axis=1) / 2))
    rows, columns = np.divmod(np.arange(8 * size), size)
    p.add_coefficients(r, n, w.ravel(), row_index=rows, column_index=columns)
    p.add_coefficients(r, short, 1.0)
    p.add_cost("miss", short, 1.0)
    return p

kind = sys.argv[1]
program = integer() if kind == "mip" else linear(6000)
options = SolverOptions(algorithm="auto" if kind == "mip" else kind)
print("started", flush=True)
try:
    solve(program, options)
except KeyboardInterrupt:
    print("stopped", flush=True)
    sys.exit(7)
print("finished", flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of a child process differ on Windows")
@pytest.mark.parametrize("kind", ["simplex", "ipx", "hipo", "mip", "pdlp"])
def test_ctrl_c_stops_the_solver(kind):
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), kind],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        time.sleep(2.0)
        sent = time.perf_counter()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    took = time.perf_counter() - sent
    assert "finished" not in out, f"the program of {kind} is too easy for this test"
    assert out == "stopped\n", err
    assert process.returncode == 7, err
    assert took < 3.0
