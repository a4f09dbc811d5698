"""A fingerprint of a gradient, so that a tensor of any size costs at most 518 numbers: largest
magnitude, Euclidean norm, `DOTS` dot products with vectors of +-1 (which every entry takes part
in), and the entries themselves if they are at most `SAMPLES`, else `SAMPLES` of them, drawn with
replacement.

Draws of the tensor named `name`, with stream = FNV-1a of the name:
    sample k: entry hashIndex(SAMPLE_SEED, stream, k, size)
    dot j:    sum over e of g[e] * (hashU32(DOT_SEED + j, stream, e) & 1 ? -1 : 1)
"""

import numpy as np

from rng import fnv1a, hash_index, hash_u32

SAMPLES = 512
SAMPLE_SEED = 101
DOTS = 4
DOT_SEED = 201


def sampled_entries(name, size):
    """Indices of the entries that are kept, in order."""
    if size <= SAMPLES:
        return np.arange(size)
    return hash_index(SAMPLE_SEED, fnv1a(name), np.arange(SAMPLES), size)


def fingerprint(name, gradient):
    """[largest magnitude, norm, dots ..., samples ...] of a float64 array of any shape."""
    flat = np.asarray(gradient, dtype=np.float64).ravel()
    entries, stream = np.arange(flat.size, dtype=np.uint32), fnv1a(name)
    dots = [
        (flat * np.where(hash_u32(DOT_SEED + j, stream, entries) & np.uint32(1), -1.0, 1.0)).sum()
        for j in range(DOTS)
    ]
    head = [np.abs(flat).max(), np.sqrt((flat**2).sum()), *dots]
    return np.concatenate([head, flat[sampled_entries(name, flat.size)]])
