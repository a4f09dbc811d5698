/**
 * The project's nets as lists for `network.ts`, written from the papers' descriptions and apart from
 * `src/nn/models`, so that a slip there is not repeated here. Names are PyTorch's.
 */
import type { Network, Node } from './network.ts';

/** Appends nodes; each call gives the number of the value that it made. */
class ListBuilder {
  readonly nodes: Node[] = [];

  push(node: Node): number {
    return this.nodes.push(node);
  }

  convolution(
    from: number,
    name: string,
    channels: number,
    kernel: number,
    stride: number,
  ): number {
    return this.push({ kind: 'convolution', from, name, channels, kernel, stride });
  }

  /** Global average pool and the linear head. */
  head(from: number, outputs: number): Network {
    const pooled = this.push({ kind: 'globalPool', from });
    this.push({ kind: 'linear', from: pooled, name: 'classifier', outputs });
    return this.nodes;
  }
}

/** 3×3-16, 3×3-32 stride 2, 3×3-32, each with ReLU and no norm. */
export function w1(classes = 10): Network {
  const list = new ListBuilder();
  let at = 0;
  [16, 32, 32].forEach((channels, i) => {
    const made = list.convolution(at, `conv${i + 1}`, channels, 3, i === 1 ? 2 : 1);
    at = list.push({ kind: 'relu', from: made });
  });
  return list.head(at, classes);
}

/** Two hidden layers of 256 with ReLU. */
export function mlp(classes = 10, hidden = 256): Network {
  return [
    { kind: 'linear', from: 0, name: 'fc1', outputs: hidden },
    { kind: 'relu', from: 1 },
    { kind: 'linear', from: 2, name: 'fc2', outputs: hidden },
    { kind: 'relu', from: 3 },
    { kind: 'linear', from: 4, name: 'classifier', outputs: classes },
  ];
}

/** Channels w, 2w, 4w, 4w at strides 2, 2, 1, 2, each with norm and ReLU. */
export function pocket(classes = 10, width = 16): Network {
  const list = new ListBuilder();
  let at = 0;
  [width, 2 * width, 4 * width, 4 * width].forEach((channels, i) => {
    const layer = String(i + 1);
    const made = list.convolution(at, `conv${layer}`, channels, 3, i === 2 ? 1 : 2);
    at = list.push({ kind: 'norm', from: made, name: `bn${layer}`, relu: true });
  });
  return list.head(at, classes);
}

/** He et al., *Deep Residual Learning*, 2016, with the CIFAR stem and projection shortcuts. */
function residualNet(widths: readonly number[], blocks: number, classes: number): Network {
  const list = new ListBuilder();
  let channels = widths[0]!;
  let at = list.convolution(0, 'conv1', channels, 3, 1);
  at = list.push({ kind: 'norm', from: at, name: 'bn1', relu: true });
  widths.forEach((width, stage) => {
    for (let block = 0; block < blocks; block++) {
      const name = `layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const first = list.convolution(at, `${name}.conv1`, width, 3, stride);
      const normed = list.push({ kind: 'norm', from: first, name: `${name}.bn1`, relu: true });
      const second = list.convolution(normed, `${name}.conv2`, width, 3, 1);
      let residual = at;
      if (stride !== 1 || channels !== width) {
        const from = list.convolution(at, `${name}.shortcut.0`, width, 1, stride);
        residual = list.push({ kind: 'norm', from, name: `${name}.shortcut.1`, relu: false });
      }
      at = list.push({ kind: 'norm', from: second, name: `${name}.bn2`, relu: true, residual });
      channels = width;
    }
  });
  return list.head(at, classes);
}

/** mammoth's ResNet-18: four stages of two blocks. */
export function resnet18(classes = 10, width = 16): Network {
  return residualNet([width, 2 * width, 4 * width, 8 * width], 2, classes);
}

/** MEST's ResNet-32: three stages of five blocks. */
export function resnet32(classes = 10, width = 32): Network {
  return residualNet([width, 2 * width, 4 * width], 5, classes);
}
