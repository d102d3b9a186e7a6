import 'server-only';
import { api } from '@/trpc/server';

export const readCoverage = async () => (await api()).network.coverage();
