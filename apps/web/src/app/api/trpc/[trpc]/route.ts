import { container } from '@/server/container';

const handle = async (request: Request): Promise<Response> =>
  (await container()).api.handle(request, '/api/trpc');

export { handle as GET, handle as POST };
