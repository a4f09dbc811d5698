"""The project's networks in PyTorch, module for module, so that `named_parameters` gives the names
that the engine uses. All take [N, 3, 32, 32] and give logits [N, classes]; no convolution has a
bias. ResNet-18 is mammoth's `backbone/ResNetBlock.py` (CIFAR stem, no max-pool) at any width;
ResNet-32 is the 32/64/128 variant that MEST trains. Every ReLU is a module of its own, so that
`kinks.py` can look at its input; `relu2` is fed by `bn2` of the same block.
"""

import torch
from torch import nn


def convolution(inputs, outputs, kernel, stride):
    return nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)


class W1(nn.Module):
    """3x3-16, 3x3-32 stride 2, 3x3-32, each with ReLU; global average pool; linear. No norm, so
    that two float32 implementations stay together over many steps."""

    def __init__(self, classes=10):
        super().__init__()
        self.conv1 = convolution(3, 16, 3, 1)
        self.conv2 = convolution(16, 32, 3, 2)
        self.conv3 = convolution(32, 32, 3, 1)
        self.relu1, self.relu2, self.relu3 = nn.ReLU(), nn.ReLU(), nn.ReLU()
        self.classifier = nn.Linear(32, classes)

    def forward(self, x):
        x = self.relu1(self.conv1(x))
        x = self.relu2(self.conv2(x))
        x = self.relu3(self.conv3(x))
        return self.classifier(x.mean(dim=(2, 3)))


class Mlp(nn.Module):
    """3072-256-256-classes with ReLU; a pixel's index is c * 1024 + y * 32 + x."""

    def __init__(self, classes=10, hidden=256):
        super().__init__()
        self.fc1 = nn.Linear(3072, hidden)
        self.fc2 = nn.Linear(hidden, hidden)
        self.relu1, self.relu2 = nn.ReLU(), nn.ReLU()
        self.classifier = nn.Linear(hidden, classes)

    def forward(self, x):
        x = self.relu1(self.fc1(x.flatten(1)))
        return self.classifier(self.relu2(self.fc2(x)))


class Pocket(nn.Module):
    """Four 3x3 convolutions, each with norm and ReLU; global average pool; linear. 2.17 MMAC."""

    def __init__(self, classes=10, width=16):
        super().__init__()
        widths, strides = (3, width, 2 * width, 4 * width, 4 * width), (2, 2, 1, 2)
        for i, stride in enumerate(strides, start=1):
            self.add_module(f"conv{i}", convolution(widths[i - 1], widths[i], 3, stride))
            self.add_module(f"bn{i}", nn.BatchNorm2d(widths[i]))
            self.add_module(f"relu{i}", nn.ReLU())
        self.classifier = nn.Linear(widths[-1], classes)

    def forward(self, x):
        for i in range(1, 5):
            for layer in (f"conv{i}", f"bn{i}", f"relu{i}"):
                x = self.get_submodule(layer)(x)
        return self.classifier(x.mean(dim=(2, 3)))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with norm; 1x1 shortcut with norm where the shape changes (He et al.,
    2016)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = convolution(inputs, outputs, 3, stride)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = convolution(outputs, outputs, 3, 1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu1, self.relu2 = nn.ReLU(), nn.ReLU()
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = self.relu1(self.bn1(self.conv1(x)))
        return self.relu2(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet(nn.Module):
    """Stem of `widths[0]` channels, then one stage of `blocks` basic blocks for each width; every
    stage but the first halves the image."""

    def __init__(self, widths, blocks, classes=10):
        super().__init__()
        self.conv1 = convolution(3, widths[0], 3, 1)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu1 = nn.ReLU()
        self.stages = [f"layer{i + 1}" for i in range(len(widths))]
        inputs = widths[0]
        for i, (stage, width) in enumerate(zip(self.stages, widths)):
            strides = [1 if i == 0 else 2] + [1] * (blocks - 1)
            members = []
            for stride in strides:
                members.append(BasicBlock(inputs, width, stride))
                inputs = width
            self.add_module(stage, nn.Sequential(*members))
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, x):
        x = self.relu1(self.bn1(self.conv1(x)))
        for stage in self.stages:
            x = self.get_submodule(stage)(x)
        return self.classifier(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


def resnet18(width=16, classes=10):
    return ResNet([width, 2 * width, 4 * width, 8 * width], 2, classes)


def resnet32(width=32, classes=10):
    return ResNet([width, 2 * width, 4 * width], 5, classes)
