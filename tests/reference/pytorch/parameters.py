"""Initial parameters from the shared RNG. The engine does exactly this; the rule, in full:

- A parameter tensor has PyTorch's name (`layer1.0.conv1.weight`) and shape. Its stream is the
  FNV-1a hash (32 bits) of the name's UTF-8 bytes. Element e counts in PyTorch's canonical order,
  row-major [Co, Ci, kh, kw] or [out, in]. U(c) below is hashUniform(seed, stream, c).
- Weight of a convolution or linear layer, and bias of a linear layer: (2 U(e) - 1) * bound, with
  bound = 1 / sqrt(fan_in) and fan_in = Ci * kh * kw of the layer's weight. That is the distribution
  of PyTorch's default, kaiming_uniform with a = sqrt(5).
- Convolutions of resnet32 (its release initialises so; Box and Muller, 1958; He et al., 2015):
  sqrt(-2 ln(1 - U(2e))) * cos(2 pi U(2e + 1)) * std, with std = sqrt(2 / fan_out),
  fan_out = Co * kh * kw.
- Norm weight 1, norm bias 0.

Everything is computed in float64, from left to right as written, and rounded to float32 once.
"""

import numpy as np
import torch

from rng import fnv1a, hash_uniform


def initial_value(module, kind, name, seed, normal_convolutions):
    """Initial value of `module.<kind>` (`weight` or `bias`), float32, in the parameter's shape."""
    shape = tuple(getattr(module, kind).shape)
    if isinstance(module, torch.nn.BatchNorm2d):
        return np.full(shape, 1 if kind == "weight" else 0, dtype=np.float32)
    elements = np.arange(np.prod(shape), dtype=np.uint32)
    stream = fnv1a(name)
    weight = module.weight.shape
    if normal_convolutions and isinstance(module, torch.nn.Conv2d):
        u = 1 - hash_uniform(seed, stream, 2 * elements)
        v = hash_uniform(seed, stream, 2 * elements + np.uint32(1))
        std = np.sqrt(2 / (weight[0] * weight[2] * weight[3]))
        values = np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v) * std
    else:
        bound = 1 / np.sqrt(np.prod(weight[1:]))
        values = (2 * hash_uniform(seed, stream, elements) - 1) * bound
    return values.astype(np.float32).reshape(shape)


def initialise(net, seed, normal_convolutions=False):
    """Sets every parameter of `net` in place; returns {name: float32 array} in `named_parameters`
    order."""
    initial = {}
    for name, parameter in net.named_parameters():
        owner, kind = name.rsplit(".", 1)
        value = initial_value(net.get_submodule(owner), kind, name, seed, normal_convolutions)
        initial[name] = value
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(value))
    return initial
