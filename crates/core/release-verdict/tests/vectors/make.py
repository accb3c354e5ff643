"""Writes vectors.json: what others compute, for the tests to compare with.

The evidence is computed with 50 digits (mpmath 1.3). The evidence of shares is that of sequential-analysis 0.4.0, viewer by
viewer, and that of savvi 0.3.1, which brings half a gigabyte. None of them is needed to run the tests:

    pip install mpmath sequential-analysis==0.4.0 savvi==0.3.1 matplotlib
    python3 crates/core/release-verdict/tests/vectors/make.py
"""

import json
import pathlib
import random

import numpy
from mpmath import mp, mpf
from savvi.multinomial import Multinomial
from sequential_analysis.procedures.ab import SampleRatioMismatch

mp.dps = 50
chance = random.Random(20261127)


def log_evidence(cells, tolerated):
    ratios = [mpf(tolerated) * (mpf(32) / mpf(tolerated)) ** (mpf(j) / 25) for j in range(1, 26)]
    return mp.log(sum(likelihood(r, cells) / likelihood(mpf(tolerated), cells) for r in ratios) / 25)


def likelihood(r, cells):
    product = mpf(1)
    for n_c, n_a, x_c, x_a in cells:
        if n_c and n_a:
            q = r * n_c / (r * n_c + n_a)
            product *= q**x_c * (1 - q) ** x_a
    return product


def bounds(cells, alpha):
    """The last ratios 2^(k/20) that are refuted, from 1/64 upwards and from 64 downwards."""
    grid = {k: likelihood(mpf(2) ** (mpf(k) / 20), cells) for k in range(-220, 221)}

    def last(order, direction):
        found = None
        for k in order:
            against = sum(grid[k + direction * 4 * j] for j in range(1, 26)) / 25 / grid[k]
            if against < 1 / mpf(alpha):
                break
            found = float(mpf(2) ** (mpf(k) / 20))
        return found

    return last(range(-120, 121), 1), last(range(120, -121, -1), -1)


def cells():
    for _ in range(chance.randint(1, 12)):
        n_c, n_a = chance.choice([0, 3, 50, 400]), chance.choice([0, 40, 900, 5000])
        yield n_c, n_a, chance.randint(0, min(n_c, 12)), chance.randint(0, min(n_a, 30))


evidence = []
for _ in range(40):
    case = list(cells())
    tolerated = chance.choice([1.0, 1.5, 2.0])
    at_least, at_most = bounds(case, 0.01)
    evidence.append(
        {
            "cells": case,
            "tolerated": tolerated,
            "log_evidence": float(log_evidence(case, tolerated)),
            "at_least": at_least,
            "at_most": at_most,
        }
    )

shares = []
for _ in range(20):
    planned = chance.choice([0.01, 0.05, 0.2, 0.5])
    test = SampleRatioMismatch((planned, 1 - planned), concentration=100.0)
    counts = (chance.randint(0, 40), chance.randint(0, 400))
    arms = [0] * counts[0] + [1] * counts[1]
    chance.shuffle(arms)
    state = test.initial_state()
    for arm in arms:
        state, _ = test.step(state, {"arm": arm})
    shares.append({"planned": planned, "counts": counts, "log_evidence": state.log_bf + state.comp})

savvi = []
for _ in range(20):
    planned, concentration = chance.choice([0.01, 0.05, 0.25, 0.5]), chance.choice([10.0, 100.0])
    counts = (chance.randint(0, 60), chance.randint(0, 200))
    test = Multinomial(0.001, numpy.array([planned, 1 - planned]), concentration)
    test.update(numpy.array(counts))
    log_evidence = float(numpy.log(test.odds))
    savvi.append({"planned": planned, "concentration": concentration, "counts": counts, "log_evidence": log_evidence})

path = pathlib.Path(__file__).with_name("vectors.json")
path.write_text(json.dumps({"evidence": evidence, "shares": shares, "savvi": savvi}, indent=1) + "\n")
