import 'server-only';
import type { NodeDetail, RouterInputs } from '@inferscan/api/client';
import { orMissing } from '@/server/missing';
import { api } from '@/trpc/server';

export const readNodes = async (input: RouterInputs['nodes']['list']) => (await api()).nodes.list(input);

/** null where the index knows no such node. */
export const readNode = async (address: string, cursor: string | undefined): Promise<NodeDetail | null> =>
  orMissing((await api()).nodes.byAddress(cursor === undefined ? { address } : { address, cursor }));
