import 'server-only';
import { api } from '@/trpc/server';

export const readHardware = async () => (await api()).hardware.list();
