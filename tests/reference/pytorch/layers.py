"""Fixtures of single layers: odd sizes, ragged channel counts, every option. Forward and all gradients
come from PyTorch's float64 autograd, rounded to float32; inputs are not stored, since `layer-fixtures.ts`
draws them again from the case's seed (`inputs.py`). Gradients are those of sum(y * dy)."""

import torch
from torch.nn import functional as F

from blob import Blob, write_index
from inputs import CIFAR10_MEAN, CIFAR10_STD, STREAMS, image_bytes, label_batch, uniform_tensor


class Case:
    """One case: draws its inputs by role, keeps its outputs in the blob."""

    def __init__(self, blob, seed, **described):
        self.blob = blob
        self.seed = seed
        self.index = {"seed": seed, **described, "outputs": {}}

    def draw(self, role, shape, scale=1, shift=0, trained=True):
        values = uniform_tensor(self.seed, STREAMS[role], shape, scale, shift)
        return values.requires_grad_(trained)

    def keep(self, **outputs):
        for name, values in outputs.items():
            self.index["outputs"][name] = {
                "offset": self.blob.add(values),
                "shape": list(values.shape),
            }
        return self.index


def gradients_of(y, dy, *inputs):
    return torch.autograd.grad((y * dy).sum(), inputs)


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


def row_loss_cases(blob):
    def row(cross_entropy=0.0, mse=0.0, kl=0.0, temperature=1.0, mask=None):
        return {
            "crossEntropy": cross_entropy,
            "mse": mse,
            "kl": kl,
            "temperature": temperature,
            "mask": mask,
        }

    task = "0011100"
    cases = [
        (10, [row(cross_entropy=1 / 5)] * 5),
        (7, [row(cross_entropy=1 / 8, mask=task)] * 8),
        (10, [row(mse=0.1 / 8)] * 8),
        (12, [row(kl=1 / 5, temperature=2.0)] * 5),
        (
            7,
            [
                row(cross_entropy=0.25),
                row(cross_entropy=0.25, mask=task),
                row(mse=0.3),
                row(cross_entropy=0.5, mse=0.1),
                row(),
                row(kl=0.7, temperature=2.0),
                row(cross_entropy=0.2, mask=task, kl=1.5, temperature=4.0),
                row(cross_entropy=1.0, mse=0.3, kl=0.2, temperature=0.5, mask="1010101"),
                row(),
                row(cross_entropy=0.1, mask="0000001"),
                row(),
            ],
        ),
        (17, [row(cross_entropy=1 / 3, mse=1 / 3)] * 3),
    ]
    for i, (classes, rows) in enumerate(cases):
        n, seed = len(rows), 600 + i
        case = Case(blob, seed, classes=classes, rows=rows)
        logits = case.draw("logits", (n, classes), scale=4)
        target = case.draw("target", (n, classes), scale=4, trained=False)
        labels, losses, correct = label_batch(seed, n, classes).tolist(), [], []
        for r, terms in enumerate(rows):
            mask = torch.tensor([bit == "1" for bit in terms["mask"] or "1" * classes])
            # A label that the mask excludes is no label: take the next class that it allows.
            while not mask[labels[r]]:
                labels[r] = (labels[r] + 1) % classes
            scores = logits[r].masked_fill(~mask, float("-inf"))
            t = terms["temperature"]
            losses.append(
                terms["crossEntropy"] * F.cross_entropy(scores, torch.tensor(labels[r]))
                + terms["mse"] * F.mse_loss(logits[r], target[r])
                + terms["kl"]
                * t**2
                * F.kl_div(
                    F.log_softmax(logits[r] / t, 0), F.softmax(target[r] / t, 0), reduction="sum"
                )
            )
            live = terms["crossEntropy"] + terms["mse"] + terms["kl"] > 0
            correct.append(int(live and scores.argmax().item() == labels[r]))
        loss = torch.stack(losses)
        case.index["labels"], case.index["correct"] = labels, correct
        yield case.keep(loss=loss, dlogits=torch.autograd.grad(loss.sum(), logits)[0])


def optimiser_cases(blob):
    size, steps = 17, 3
    settings = [
        ("sgd", {"rate": 0.1, "momentum": 0.0, "weightDecay": 0.0}),
        ("sgd", {"rate": 0.1, "momentum": 0.0, "weightDecay": 0.01}),
        ("sgd", {"rate": 0.05, "momentum": 0.9, "weightDecay": 0.0}),
        ("sgd", {"rate": 0.05, "momentum": 0.9, "weightDecay": 0.01}),
        ("adam", {"rate": 0.001, "weightDecay": 0.0}),
        ("adam", {"rate": 0.01, "weightDecay": 0.01}),
    ]
    for i, (kind, options) in enumerate(settings):
        case = Case(blob, 700 + i, kind=kind, size=size, steps=steps, **options)
        weight = torch.nn.Parameter(case.draw("weight", (size,), trained=False))
        gradient = case.draw("gradient", (steps, size), trained=False)
        decay = options["weightDecay"]
        if kind == "sgd":
            optimiser = torch.optim.SGD(
                [weight], options["rate"], momentum=options["momentum"], weight_decay=decay
            )
        else:
            optimiser = torch.optim.Adam([weight], options["rate"], weight_decay=decay)
        weights = []
        for step in range(steps):
            weight.grad = gradient[step].clone()
            optimiser.step()
            weights.append(weight.detach().clone())
        outputs = {"weight": torch.stack(weights)}
        for name, key in (
            ("momentum", "momentum_buffer"),
            ("first", "exp_avg"),
            ("second", "exp_avg_sq"),
        ):
            if optimiser.state[weight].get(key) is not None:
                outputs[name] = optimiser.state[weight][key]
        yield case.keep(**outputs)


def augment_cases(blob):
    """RandomCrop(32, padding=4), RandomHorizontalFlip, ToTensor, Normalize with the draws given:
    [rows down, columns right, flipped] of the crop within the padded 40x40 image."""
    draws = [[0, 0, 1], [8, 8, 0], [4, 4, 1], [1, 6, 0]]
    case = Case(blob, 800, size=32, padding=4, draws=draws)
    outputs = []
    for image, (down, right, flip) in zip(torch.from_numpy(image_bytes(800, len(draws))), draws):
        crop = F.pad(image, (4, 4, 4, 4))[:, down : down + 32, right : right + 32]
        crop = crop.flip(2) if flip else crop
        mean, std = (
            torch.tensor(v, dtype=torch.float64).reshape(3, 1, 1)
            for v in (CIFAR10_MEAN, CIFAR10_STD)
        )
        outputs.append((crop.double() / 255 - mean) / std)
    yield case.keep(y=torch.stack(outputs))


def write_layers():
    blob = Blob()
    makers = {
        "convolution": convolution_cases,
        "linear": linear_cases,
        "batchNorm": batch_norm_cases,
        "batchNormEval": batch_norm_eval_cases,
        "pointwise": pointwise_cases,
        "averagePool": average_pool_cases,
        "rowLoss": row_loss_cases,
        "optimiser": optimiser_cases,
        "augment": augment_cases,
    }
    index = {name: list(make(blob)) for name, make in makers.items()}
    blob.write("layers")
    write_index("layers", index)
