"""What a fixture is fed, drawn from the shared RNG; `inputs.ts` draws the same. Streams:

    7  images: byte i of [N][3][32][32] = hashU32(seed, 7, i) & 255
    8  labels: label n = hashBelow(seed, 8, n, classes)
    9  stored logits of distillation: 2 hashUniform(seed, 9, i) - 1
    20 ... 29  tensors of the layer fixtures, by role (`STREAMS`):
               scale (2 hashUniform(seed, stream, i) - 1) + shift, in float64, rounded to float32

A network sees x = (byte / 255 - mean) / std, computed in float64 and rounded to float32.
"""

import numpy as np
import torch

from rng import hash_below, hash_u32, hash_uniform

IMAGE_STREAM = 7
LABEL_STREAM = 8
STORED_LOGITS_STREAM = 9
STREAMS = {
    "x": 20,
    "weight": 21,
    "bias": 22,
    "dy": 23,
    "residual": 24,
    "runningMean": 25,
    "runningVariance": 26,
    "logits": 27,
    "target": 28,
    "gradient": 29,
}

CIFAR10_MEAN = (0.4914, 0.4822, 0.4465)
CIFAR10_STD = (0.2470, 0.2435, 0.2615)


def image_bytes(seed, count, size=32):
    """uint8 array [count][3][size][size]."""
    drawn = hash_u32(seed, IMAGE_STREAM, np.arange(count * 3 * size * size, dtype=np.uint32))
    return (drawn & np.uint32(255)).astype(np.uint8).reshape(count, 3, size, size)


def normalise(images):
    """Bytes [N][3][H][W] to float32: (byte / 255 - mean) / std in float64, rounded once."""
    mean = np.asarray(CIFAR10_MEAN).reshape(3, 1, 1)
    std = np.asarray(CIFAR10_STD).reshape(3, 1, 1)
    return ((images.astype(np.float64) / 255 - mean) / std).astype(np.float32)


def image_batch(seed, count):
    """Normalised images as a float32 tensor [count, 3, 32, 32]."""
    return torch.from_numpy(normalise(image_bytes(seed, count)))


def label_batch(seed, count, classes=10):
    """Labels as an int64 tensor [count]."""
    return torch.from_numpy(hash_below(seed, LABEL_STREAM, np.arange(count), classes))


def uniform_tensor(seed, stream, shape, scale=1, shift=0):
    """scale (2 U - 1) + shift in row-major order, rounded to float32, as a float64 tensor."""
    draws = hash_uniform(seed, stream, np.arange(np.prod(shape, dtype=np.int64)))
    values = (scale * (2 * draws - 1) + shift).astype(np.float32)
    return torch.from_numpy(values.astype(np.float64).reshape(shape))


def stored_logits(seed, count, classes=10):
    """Logits to be distilled, as a float64 tensor [count, classes]."""
    return uniform_tensor(seed, STORED_LOGITS_STREAM, (count, classes))
