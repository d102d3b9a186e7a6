import { OnnxGraph } from '@inferscan/inference/testing';

/** A graph whose weights are random, and depend on nothing but the order in which they are asked for. */
export class TinyGraph extends OnnxGraph {
  #state = 88_675_123;

  /** Around zero, of a size that keeps what they are multiplied with as large as it was. */
  weights(...sides: readonly number[]): string {
    const count = sides.reduce((product, side) => product * side, 1);
    const scale = Math.sqrt(12 / (sides.length > 1 ? (sides[0] ?? 1) : 1)) * 0.8;
    return this.floats(
      sides,
      Float32Array.from({ length: count }, () => (this.#next() - 0.5) * scale),
    );
  }

  /** Around one, as norms have them. */
  gains(size: number): string {
    return this.floats(
      [size],
      Float32Array.from({ length: size }, () => 0.5 + this.#next()),
    );
  }

  linear(x: string, inputs: number, outputs: number, bias = false, output?: string): string {
    const product = this.op('MatMul', [x, this.weights(inputs, outputs)], {}, bias ? undefined : output);
    return bias ? this.op('Add', [product, this.weights(outputs)], {}, output) : product;
  }

  norm(x: string, size: number, kind: 'rms' | 'layer'): string {
    return kind === 'rms'
      ? this.op('SimplifiedLayerNormalization', [x, this.gains(size)], { axis: -1, epsilon: { float: 1e-6 } })
      : this.op('LayerNormalization', [x, this.gains(size), this.weights(size)], { axis: -1 });
  }

  /** By its usual approximation with tanh. */
  gelu(x: string): string {
    const number = (value: number) => this.floats([1], Float32Array.of(value));
    const cubic = this.op('Mul', [this.op('Mul', [x, x]), this.op('Mul', [x, number(0.044_715)])]);
    const inner = this.op('Mul', [this.op('Add', [x, cubic]), number(Math.sqrt(2 / Math.PI))]);
    const half = this.op('Mul', [x, number(0.5)]);
    return this.op('Mul', [half, this.op('Add', [this.op('Tanh', [inner]), number(1)])]);
  }

  silu(x: string): string {
    return this.op('Mul', [x, this.op('Sigmoid', [x])]);
  }

  #next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
}
