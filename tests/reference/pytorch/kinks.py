"""Keeps ReLU inputs away from zero, so that a gradient can be compared between implementations.

The derivative of a ReLU jumps at zero. ResNet-18 evaluates four million of them in a step of 32
images, some within float32 rounding of zero; two right implementations then take different sides,
and a gradient moves by up to 7 % of its largest entry (PyTorch's float32 against its own float64).
A tolerance of 1e-4 would test luck. So a step fixture moves each norm bias, channel by channel and
by at most `REACH`, into a gap between the channel's ReLU inputs: the widest of `MARGINS` that the
channel has room for. PyTorch's float32 errs by 1e-6 (first layers) to 2.5e-4 (last layers, without
oneDNN) in a ReLU input; the last layers have the fewest inputs and the widest gaps.
"""

import numpy as np
import torch
from torch.nn import functional as F

MARGINS = (4e-4, 2e-4, 1e-4, 5e-5)
REACH = 5e-3


def shift_into_gap(values, margin, reach=REACH):
    """Smallest t with |v + t| >= margin for all v of `values` and |t| <= reach; None if there is
    none."""
    near = np.sort(values[np.abs(values) < reach + 2 * margin])
    bounds = np.concatenate([[-reach - 2 * margin], near, [reach + 2 * margin]])
    lower, upper = bounds[:-1] + margin, bounds[1:] - margin
    # A shift t is good where -t lies in [lower, upper] of one gap; take the point nearest to zero.
    points = np.clip(0, lower, upper)[upper >= lower]
    points = points[np.abs(points) <= reach]
    return -points[np.argmin(np.abs(points))] if len(points) else None


def grouped_forward(net, x, groups, on_relu):
    """One forward over all rows with batch statistics per group; `on_relu(name, input)` gives the
    shift of each channel, or None. Running statistics stay as they are."""
    handles, norms = [], []

    def patch(norm):
        norms.append(norm)
        norm.forward = lambda rows: torch.cat(
            [
                F.batch_norm(part, None, None, norm.weight, norm.bias, True, 0.0, norm.eps)
                for part in rows.split(groups)
            ]
        )

    def watch(name, relu):
        def before(_, inputs):
            shift = on_relu(name, inputs[0])
            return None if shift is None else (inputs[0] + shift.reshape(-1, 1, 1),)

        handles.append(relu.register_forward_pre_hook(before))

    for name, module in net.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            patch(module)
        elif isinstance(module, torch.nn.ReLU):
            watch(name, module)
    try:
        with torch.no_grad():
            net(x)
    finally:
        for handle in handles:
            handle.remove()
        for norm in norms:
            del norm.forward


def shift_of_channel(values):
    """The shift of one channel's ReLU inputs, for the widest margin that fits."""
    for margin in MARGINS:
        # A little more than the margin, since the moved bias is rounded to float32.
        shift = shift_into_gap(values, margin + 1e-6)
        if shift is not None:
            return shift
    raise RuntimeError(f"no gap of {MARGINS[-1]} within {REACH}")


def move_from_kinks(net, x, groups):
    """Moves the norm biases of a float64 net in place, to values exact in float32, so that every
    ReLU input of batch `x` (norm groups of `groups` rows) keeps one of `MARGINS` from zero."""

    def move(name, inputs):
        owner, _, relu = name.rpartition(".")
        norm = net.get_submodule(f"{owner}.bn{relu[4:]}" if owner else f"bn{relu[4:]}")
        channels = inputs.transpose(0, 1).flatten(1).numpy()
        shifts = np.array([shift_of_channel(values) for values in channels])
        moved = (norm.bias + torch.from_numpy(shifts)).float().double()
        shift = moved - norm.bias
        norm.bias.copy_(moved)
        return shift

    grouped_forward(net, x, groups, move)


def kink_margin(net, x, groups):
    """Smallest |ReLU input| of batch `x`."""
    smallest = []
    grouped_forward(net, x, groups, lambda _, inputs: smallest.append(inputs.abs().min().item()))
    return min(smallest)
