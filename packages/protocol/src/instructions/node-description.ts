import {
  addEncoderSizePrefix,
  type Encoder,
  getStructEncoder,
  getU8Encoder,
  getU16Encoder,
  getU32Encoder,
  getUtf8Encoder,
  transformEncoder,
} from '@solana/kit';

/**
 * Processor architectures by the numbers that the nodes program gives them.
 * Source: the network's documentation of the program, "Architecture Type".
 */
export const NODE_ARCHITECTURES = {
  amd64: 0,
  arm32v6: 1,
  arm32v7: 2,
  arm64v8: 3,
  'windows-amd64': 4,
  ppc64le: 5,
  s390x: 6,
  mips64le: 7,
  riscv64: 8,
  i386: 9,
} as const;

export type NodeArchitecture = keyof typeof NODE_ARCHITECTURES;

/** What a node says of itself on chain. The program checks little of it, and nobody checks that it is true. */
export interface NodeDescription {
  readonly architecture: NodeArchitecture;
  /** ISO 3166-1 numeric code. */
  readonly country: number;
  /** Virtual cores, 1 to 65535. */
  readonly cpu: number;
  /** GPUs, 0 to 65535. */
  readonly gpu: number;
  /** Gigabytes, 1 to 65535. */
  readonly memory: number;
  /** Disk operations a second, 1 to 65535. */
  readonly iops: number;
  /** Gigabytes, 1 to 65535. */
  readonly storage: number;
  /** Address of the node's service over HTTP; may be empty. */
  readonly endpoint: string;
  readonly icon: string;
  readonly version: string;
}

const text = addEncoderSizePrefix(getUtf8Encoder(), getU32Encoder());

/** Writes a description as `register` and `update` take it. */
export function nodeDescriptionEncoder(): Encoder<NodeDescription> {
  return transformEncoder(
    getStructEncoder([
      ['architecture', getU8Encoder()],
      ['country', getU16Encoder()],
      ['cpu', getU16Encoder()],
      ['gpu', getU16Encoder()],
      ['memory', getU16Encoder()],
      ['iops', getU16Encoder()],
      ['storage', getU16Encoder()],
      ['endpoint', text],
      ['icon', text],
      ['version', text],
    ]),
    (node: NodeDescription) => ({ ...node, architecture: NODE_ARCHITECTURES[node.architecture] }),
  );
}
