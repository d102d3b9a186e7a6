import 'server-only';
import { api } from '@/trpc/server';

export const readOverview = async () => (await api()).network.overview();
