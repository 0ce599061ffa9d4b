"""A numpy workload that proves its own memory.

Holds 96 MiB of integers. Each step rewrites one of 64 parts with numbers that follow from the step's own number, then
writes a line "STEP HASH", the hash over all of it. `--expect STEP` prints what the hash must be, computed from nothing.
"""

import hashlib
import sys

import numpy

PARTS = 64
NUMBERS = 96 << 17
SEED = 20261121


def part(step):
    """The part of the field that a step writes, and what it writes there; steps below 0 are the first filling."""
    size = NUMBERS // PARTS
    at = step % PARTS * size
    # The generator is the whole cost of a step, so a small one is drawn and stretched.
    drawn = numpy.random.default_rng([SEED, step + PARTS]).integers(0, 1 << 62, size=size // 16)
    return slice(at, at + size), numpy.tile(drawn, 16) ^ numpy.arange(size)


def state(step):
    field = numpy.zeros(NUMBERS, dtype=numpy.int64)
    for each in range(step - PARTS + 1, step + 1):
        where, what = part(each)
        field[where] = what
    return field


def digest(field):
    return hashlib.blake2b(field, digest_size=16).hexdigest()


if sys.argv[1:2] == ["--expect"]:
    print(digest(state(int(sys.argv[2]))))
    sys.exit()

field = state(-1)
step = 0
with open("steps.log", "a", buffering=1) as log:
    while True:
        where, what = part(step)
        field[where] = what
        log.write(f"{step} {digest(field)}\n")
        step += 1
