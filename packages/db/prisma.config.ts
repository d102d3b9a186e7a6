import { defineConfig } from 'prisma/config';

// Read by the prisma CLI when it runs in this folder. The URL is optional: generating the client needs none.
const url = process.env.DATABASE_URL;

export default defineConfig({
  schema: '../../prisma/schema.prisma',
  migrations: { path: '../../prisma/migrations' },
  ...(url === undefined || url === '' ? {} : { datasource: { url } }),
});
