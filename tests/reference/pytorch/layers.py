"""Fixtures of single layers: odd sizes, ragged channel counts, every option. Forward and all
gradients come from PyTorch's float64 autograd, rounded to float32."""

import torch
from torch.nn import functional as F

from case import Case, gradients_of


def convolution_cases(blob):
    # (rows, input channels, height, width, output channels, kernel, stride)
    sizes = [
        (3, 3, 8, 8, 5, 3, 1),
        (5, 7, 5, 7, 12, 3, 2),
        (5, 12, 7, 5, 17, 3, 1),
        (3, 17, 8, 7, 3, 3, 2),
        (4, 16, 8, 8, 16, 3, 2),
        (3, 5, 2, 2, 7, 3, 2),
        (5, 17, 1, 1, 5, 3, 1),
        (3, 5, 7, 8, 12, 1, 1),
        (8, 12, 5, 8, 7, 1, 2),
        (5, 16, 4, 4, 32, 1, 2),
    ]
    for i, (n, ci, h, w, co, kernel, stride) in enumerate(sizes):
        shape = {
            "rows": n,
            "inputChannels": ci,
            "height": h,
            "width": w,
            "outputChannels": co,
            "kernel": kernel,
            "stride": stride,
            "padding": kernel // 2,
        }
        case = Case(blob, 100 + i, shape=shape)
        x, weight = case.draw("x", (n, ci, h, w)), case.draw("weight", (co, ci, kernel, kernel))
        y = F.conv2d(x, weight, stride=stride, padding=kernel // 2)
        dx, dweight = gradients_of(y, case.draw("dy", y.shape, trained=False), x, weight)
        yield case.keep(y=y, dx=dx, dweight=dweight)


def linear_cases(blob):
    sizes = [(3, 7, 5), (5, 17, 12), (8, 12, 3), (32, 64, 10)]
    for i, (n, inputs, outputs) in enumerate(sizes):
        case = Case(blob, 200 + i, rows=n, inputs=inputs, outputFeatures=outputs)
        x, weight = case.draw("x", (n, inputs)), case.draw("weight", (outputs, inputs))
        bias = case.draw("bias", (outputs,))
        y = F.linear(x, weight, bias)
        dy = case.draw("dy", y.shape, trained=False)
        dx, dweight, dbias = gradients_of(y, dy, x, weight, bias)
        yield case.keep(y=y, dx=dx, dweight=dweight, dbias=dbias)


def batch_norm_cases(blob):
    ragged = [{"capacity": 4, "live": live} for live in (3, 4, 2)]
    full = [{"capacity": 8, "live": 8}]
    hollow = [{"capacity": 8, "live": 5}, {"capacity": 4, "live": 0}, {"capacity": 4, "live": 3}]
    flat = [{"capacity": 8, "live": 7}, {"capacity": 8, "live": 5}]
    # (channels, height, width, groups, shift of x, relu, residual)
    variants = [
        (5, 5, 7, full, 0, False, False),
        (7, 5, 7, ragged, 0, False, False),
        (12, 5, 5, ragged, 0, True, False),
        (17, 3, 5, ragged, 0, False, True),
        (5, 8, 5, ragged, 0, True, True),
        (3, 5, 5, hollow, 0, True, True),
        (3, 7, 5, ragged, 8, True, False),
        (17, 1, 1, flat, 0, False, False),
    ]
    for i, (c, h, w, groups, shift, relu, residual) in enumerate(variants):
        case = Case(
            blob,
            300 + i,
            channels=c,
            height=h,
            width=w,
            groups=groups,
            relu=relu,
            residual=residual,
            shift=shift,
        )
        rows = sum(group["capacity"] for group in groups)
        x, dy = case.draw("x", (rows, c, h, w), shift=shift), case.draw("dy", (rows, c, h, w))
        added = case.draw("residual", (rows, c, h, w))
        gamma, beta = case.draw("weight", (c,)), case.draw("bias", (c,))
        mean = case.draw("runningMean", (c,), trained=False)
        variance = case.draw("runningVariance", (c,), scale=0.5, shift=1, trained=False)
        # Padded rows are left out here and stay zero in every output.
        y, start = torch.zeros_like(x), 0
        for group in groups:
            live = slice(start, start + group["live"])
            start += group["capacity"]
            if group["live"] == 0:
                continue
            z = F.batch_norm(x[live], mean, variance, gamma, beta, training=True)
            z = z + added[live] if residual else z
            if relu and z.abs().min() < 2e-5:
                raise RuntimeError(f"batch norm {i}: a ReLU input is {z.abs().min()} from zero")
            y = torch.cat([y[: live.start], F.relu(z) if relu else z, y[live.stop :]])
        inputs = [x, gamma, beta] + ([added] if residual else [])
        gradients = dict(
            zip(("dx", "dgamma", "dbeta", "dresidual"), gradients_of(y, dy.detach(), *inputs))
        )
        yield case.keep(y=y, **gradients, runningMean=mean, runningVariance=variance)


def batch_norm_eval_cases(blob):
    for i, (n, c, h, w, relu, residual) in enumerate(
        [(5, 7, 5, 7, False, False), (3, 12, 8, 5, True, True)]
    ):
        case = Case(
            blob, 350 + i, rows=n, channels=c, height=h, width=w, relu=relu, residual=residual
        )
        x, added = case.draw("x", (n, c, h, w)), case.draw("residual", (n, c, h, w))
        gamma, beta = case.draw("weight", (c,)), case.draw("bias", (c,))
        mean = case.draw("runningMean", (c,), trained=False)
        variance = case.draw("runningVariance", (c,), scale=0.5, shift=1, trained=False)
        y = F.batch_norm(x, mean, variance, gamma, beta)
        y = y + added if residual else y
        yield case.keep(y=F.relu(y) if relu else y)


def pointwise_cases(blob):
    case = Case(blob, 400, shape=[5, 7, 5, 7])
    x, dy = case.draw("x", (5, 7, 5, 7)), case.draw("dy", (5, 7, 5, 7), trained=False)
    added = case.draw("residual", (5, 7, 5, 7), trained=False)
    y = F.relu(x)
    yield case.keep(relu=y, reluGradient=gradients_of(y, dy, x)[0], sum=x + added)


def average_pool_cases(blob):
    # Kernel 0 is global pooling. In the fifth case the last row and the last column fall outside.
    sizes = [
        (3, 5, 8, 8, 2),
        (5, 7, 8, 8, 4),
        (8, 3, 6, 6, 3),
        (3, 12, 4, 8, 2),
        (3, 3, 5, 7, 2),
        (3, 5, 7, 5, 0),
        (8, 17, 4, 4, 0),
        (5, 12, 1, 1, 0),
    ]
    for i, (n, c, h, w, kernel) in enumerate(sizes):
        case = Case(blob, 500 + i, rows=n, channels=c, height=h, width=w, kernel=kernel)
        x = case.draw("x", (n, c, h, w))
        y = F.avg_pool2d(x, kernel) if kernel else F.adaptive_avg_pool2d(x, 1).flatten(1)
        yield case.keep(y=y, dx=gradients_of(y, case.draw("dy", y.shape, trained=False), x)[0])
