import { container } from '@/server/container';

/** 200 while the index follows the chain, else 503 with the reason. */
export async function GET(): Promise<Response> {
  const { httpStatus, body } = await (await container()).api.health();
  return Response.json(body, { status: httpStatus, headers: { 'cache-control': 'no-store' } });
}
