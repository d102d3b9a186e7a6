import type { ServiceView } from '@inferscan/api/client';

/** How an endpoint is asked: where, for which model, with which token. */
export interface Call {
  baseUrl: string;
  service: Pick<ServiceView, 'model' | 'task' | 'example'>;
  /** null: the reader's own, from the environment variable TOKEN. */
  token: string | null;
}

/** What a request says; only text generation has more than its input. */
function requestOf({ model, task, example }: Call['service']): { path: string; body: object } {
  switch (task) {
    case 'embedding':
      return { path: 'embeddings', body: { model, input: example.prompt } };
    case 'image-generation':
      return { path: 'images/generations', body: { model, prompt: example.prompt } };
    default:
      return {
        path: 'chat/completions',
        body: {
          model,
          messages: [{ role: 'user', content: example.prompt }],
          ...(example.reasoning && { reasoning_effort: 'high' }),
          temperature: 0,
        },
      };
  }
}

/** In single quotes as shells take them. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** One request with curl. */
export function curlSnippet({ baseUrl, service, token }: Call): string {
  const { path, body } = requestOf(service);
  const authorization =
    token === null ? '"Authorization: Bearer $TOKEN"' : quoted(`Authorization: Bearer ${token}`);
  return [
    // What a node says on chain may hold characters that a shell would act on.
    `curl ${quoted(`${baseUrl}/${path}`)} \\`,
    `  -H ${authorization} \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(JSON.stringify(body))}`,
  ].join('\n');
}

/** What OpenAI's client calls them, and where the answer lies in what they give. */
const METHODS: Readonly<Record<string, { name: string; answer: string }>> = {
  'chat/completions': { name: 'chat.completions.create', answer: 'choices[0].message.content' },
  embeddings: { name: 'embeddings.create', answer: 'data[0].embedding' },
  'images/generations': { name: 'images.generate', answer: 'data[0].b64_json' },
};

/** The same with OpenAI's client for JavaScript. */
export function openaiSnippet({ baseUrl, service, token }: Call): string {
  const { path, body } = requestOf(service);
  const apiKey = token === null ? 'process.env.TOKEN' : JSON.stringify(token);
  return [
    "import OpenAI from 'openai';",
    '',
    `const openai = new OpenAI({ baseURL: ${JSON.stringify(baseUrl)}, apiKey: ${apiKey} });`,
    `const answer = await openai.${METHODS[path]?.name}(${JSON.stringify(body, null, 2)});`,
    `console.log(answer.${METHODS[path]?.answer});`,
  ].join('\n');
}

/** A text with the token in it shortened: long ones hide what the rest says. */
export function withShortToken(text: string, token: string | null): string {
  return token === null ? text : text.replaceAll(token, `${token.slice(0, 8)}…${token.slice(-4)}`);
}
