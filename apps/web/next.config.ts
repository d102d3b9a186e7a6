import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NextConfig } from 'next';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The build must not write instructions into the repository.
  agentRules: false,
  // Types are checked once, by `npm run typecheck`, so that `next build` stays quick on small machines.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: repository },
  outputFileTracingRoot: repository,
  // Node packages with native parts or generated clients: loaded at run time, never bundled.
  serverExternalPackages: ['@inferscan/api', '@inferscan/db', '@prisma/client', '@prisma/adapter-pg', 'pg'],
};

export default config;
