"""The project's random number generator (`src/gpu/rng.ts`) in numpy: the same lines on arrays of
uint32, so that PyTorch and the engine draw the same weights, images and labels and a fixture has to
hold outputs alone. `fixtures/rng.json` records a table of draws that both sides are tested against.

The hash is pcg3d of Jarzynski and Olano, "Hash Functions for GPU Rendering", JCGT 9(3), 2020.
"""

import numpy as np

MULTIPLIER = np.uint32(1664525)
INCREMENT = np.uint32(1013904223)
SHIFT = np.uint32(16)


def hash_u32(seed, stream, counter):
    """First word of pcg3d(seed, stream, counter), uniform over 0 ... 2^32 - 1, as a uint32 array.

    Each argument is an integer or an array of integers below 2^32; shapes broadcast.
    """
    x, y, z = (
        np.atleast_1d(np.asarray(word, dtype=np.uint32)) * MULTIPLIER + INCREMENT
        for word in (seed, stream, counter)
    )
    x = x + y * z
    y = y + z * x
    z = z + x * y
    x, y, z = (word ^ (word >> SHIFT) for word in (x, y, z))
    return x + y * z


def hash_uniform(seed, stream, counter):
    """Uniform in [0, 1) with 24 random bits, as float64."""
    return (hash_u32(seed, stream, counter) >> np.uint32(8)).astype(np.float64) / 0x1000000


def hash_below(seed, stream, counter, n):
    """Uniform over 0 ... n - 1 for n <= 65536, by the upper 16 bits, as int64."""
    return ((hash_u32(seed, stream, counter) >> SHIFT).astype(np.int64) * n) >> 16


def hash_index(seed, stream, counter, n):
    """Uniform over 0 ... n - 1 for any n up to 2^32, by all 32 bits, as int64."""
    return (hash_u32(seed, stream, counter).astype(np.float64) / 2.0**32 * n).astype(np.int64)


def fnv1a(text):
    """FNV-1a, 32 bits, of the UTF-8 bytes of `text` (Fowler, Noll and Vo): the stream of a name."""
    value = 0x811C9DC5
    for byte in text.encode("utf-8"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value
