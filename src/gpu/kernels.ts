/**
 * The kernel table: every shader as a described kernel, and the pipelines made of it on one device. A
 * kernel's bindings and parameters are read from its WGSL, by name, so that the file is the only place
 * where they are written down.
 */
import { shaderSource, type Defines } from './shader-source.ts';

export type BindingKind = 'uniform' | 'read-only-storage' | 'storage';

export interface KernelBinding {
  readonly name: string;
  readonly index: number;
  readonly kind: BindingKind;
}

export interface KernelParameter {
  readonly name: string;
  readonly type: 'u32' | 'i32' | 'f32';
}

/** A shader with its defines, ready to be compiled. */
export interface Kernel {
  /** File name and defines: `conv_tile PIXELS=4`. Two dispatches with the same key share a pipeline. */
  readonly key: string;
  readonly name: string;
  readonly code: string;
  /** Without the parameter block, which is always binding 0. */
  readonly bindings: readonly KernelBinding[];
  /** Fields of the WGSL struct `Params`, four bytes each, in order; the first is `first_workgroup`. */
  readonly parameters: readonly KernelParameter[];
  /** Invocations of a workgroup. */
  readonly workgroup: number;
}

/** A parameter block is at most this long: one slot of the uniform slab. */
export const PARAMETER_SLOT_BYTES = 256;

/** Reads a shader. Throws on files that do not keep the conventions of `shaders/`. */
export function describeKernel(name: string, defines: Defines = {}): Kernel {
  const code = shaderSource(name, defines);
  const bindings: KernelBinding[] = [];
  const pattern =
    /@group\(0\) @binding\((\d+)\) var<(uniform|storage, read|storage, read_write)> (\w+):/g;
  for (const [, index, access, binding] of code.matchAll(pattern)) {
    if (index === '0') continue;
    const kind =
      access === 'uniform'
        ? 'uniform'
        : access === 'storage, read'
          ? 'read-only-storage'
          : 'storage';
    bindings.push({ name: binding!, index: Number(index), kind });
  }
  const struct = /struct Params \{([^}]*)\}/.exec(code)?.[1] ?? '';
  const parameters = [...struct.matchAll(/^\s*(\w+): (u32|i32|f32),/gm)].map(([, field, type]) => ({
    name: field!,
    type: type as KernelParameter['type'],
  }));
  const workgroup = Number(/@workgroup_size\((\d+)\)/.exec(code)?.[1]);
  if (parameters[0]?.name !== 'first_workgroup' || !(workgroup > 0)) {
    throw new Error(
      `${name}.wgsl: Params must open with first_workgroup, main needs a workgroup size`,
    );
  }
  if (parameters.length * 4 > PARAMETER_SLOT_BYTES)
    throw new Error(`${name}.wgsl: too many Params`);
  const values = Object.entries(defines).map(([define, value]) => ` ${define}=${String(value)}`);
  return { key: name + values.join(''), name, code, bindings, parameters, workgroup };
}

/** A shader that did not compile; the message holds the compiler's words and the lines they mean. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
}

export interface Pipeline {
  readonly kernel: Kernel;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The pipelines of one device: each kernel is compiled once, all that are missing together. */
export class Pipelines {
  readonly #made = new Map<string, Promise<Pipeline>>();

  constructor(readonly device: GPUDevice) {}

  /** Compiles `kernels` side by side; `onProgress` hears of each that is ready. Throws `ShaderError`. */
  async prepare(
    kernels: Iterable<Kernel>,
    onProgress: (done: number, of: number) => void = () => undefined,
  ): Promise<Map<string, Pipeline>> {
    const unique = new Map([...kernels].map((kernel) => [kernel.key, kernel]));
    let done = 0;
    const made = await Promise.all(
      [...unique.values()].map(async (kernel) => {
        const pipeline = await this.get(kernel);
        onProgress(++done, unique.size);
        return pipeline;
      }),
    );
    return new Map(made.map((pipeline) => [pipeline.kernel.key, pipeline]));
  }

  get(kernel: Kernel): Promise<Pipeline> {
    let made = this.#made.get(kernel.key);
    if (!made) {
      made = this.#compile(kernel);
      this.#made.set(kernel.key, made);
    }
    return made;
  }

  async #compile(kernel: Kernel): Promise<Pipeline> {
    const { device } = this;
    const layout = device.createBindGroupLayout({
      label: kernel.key,
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform' } },
        ...kernel.bindings.map(({ index, kind }) => ({
          binding: index,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: kind },
        })),
      ],
    });
    const module = device.createShaderModule({ label: kernel.key, code: kernel.code });
    try {
      const pipeline = await device.createComputePipelineAsync({
        label: kernel.key,
        layout: device.createPipelineLayout({ label: kernel.key, bindGroupLayouts: [layout] }),
        compute: { module, entryPoint: 'main' },
      });
      return { kernel, pipeline, layout };
    } catch (error) {
      throw await shaderError(kernel, module, error);
    }
  }
}

async function shaderError(
  kernel: Kernel,
  module: GPUShaderModule,
  cause: unknown,
): Promise<ShaderError> {
  const { messages } = await module.getCompilationInfo();
  const lines = kernel.code.split('\n');
  const said = messages.map(
    ({ lineNum, message }) =>
      `${String(lineNum)}: ${message}\n    ${lines[lineNum - 1]?.trim() ?? ''}`,
  );
  const why = said.length > 0 ? said.join('\n') : String(cause);
  return new ShaderError(`${kernel.key} does not compile:\n${why}`, { cause });
}
