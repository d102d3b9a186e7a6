import { Tokenizer } from '@huggingface/tokenizers';
import { createTextTokenizer } from './dist/tokens/tokenizer.js';
let s = 7; const rnd = (n) => (s = (s * 48271) % 2147483647) % n;
const bytes = []; { const bs = []; for (let i = 33; i < 127; i++) bs.push(i); for (let i = 161; i < 173; i++) bs.push(i); for (let i = 174; i < 256; i++) bs.push(i); const cs = bs.slice(); let k = 0; for (let b = 0; b < 256; b++) if (!bs.includes(b)) { bs.push(b); cs.push(256 + k++); } for (const c of cs) bytes.push(String.fromCharCode(c)); }
const vocab = {}; let id = 0; for (const b of bytes) vocab[b] = id++;
const letters = 'abcdefghijklmnopqrstuvwxyz'.split(''); const pool = [...letters, 'Ġ']; const merges = [];
for (const a of letters) for (const b of letters) { vocab[a + b] ??= id++; merges.push([a, b]); pool.push(a + b); }
while (merges.length < 50000) { const a = pool[rnd(pool.length)], b = pool[1 + rnd(pool.length - 1)]; const t = a + b; if (t.length > 12 || vocab[t] !== undefined || b.includes('Ġ')) continue; vocab[t] = id++; merges.push([a, b]); if (t.length < 7) pool.push(t); }
const tokenizer = { version: '1.0', truncation: null, padding: null, added_tokens: [{ id: id, content: '<|end|>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }], normalizer: null, pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }, post_processor: null, decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true }, model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, vocab, merges } };
const files = { tokenizer, tokenizerConfig: { tokenizer_class: 'GPT2Tokenizer', chat_template: '{{ messages[0].content }}' }, config: { vocabSize: id + 1 } };
const time = (n, f) => { const c = process.cpuUsage(); let r, e = ''; try { r = f(); } catch (x) { e = x.message.slice(0, 80); } const u = process.cpuUsage(c); console.log(n.padEnd(34), ((u.user + u.system) / 1000).toFixed(0), 'ms', Array.isArray(r) ? r.length : '', e); return r; };
const t = time('load', () => createTextTokenizer(files));
const word = () => Array.from({ length: 1 + rnd(9) }, () => letters[rnd(26)]).join('');
const prose = Array.from({ length: 34000 }, word).join(' ').slice(0, 200000);
const ids = time('prose 200k', () => t.encode(prose)); time('prose again', () => t.encode(prose));
time('prose 20k', () => t.encode(prose.slice(0, 20000)));
time('aaaa 200k', () => t.encode('a'.repeat(200000)));
time('random letters, no space 200k', () => t.encode(Array.from({ length: 200000 }, () => letters[rnd(26)]).join('')));
time('spaces 200k', () => t.encode(' '.repeat(200000)));
time('emoji 100k', () => t.encode('😀'.repeat(50000)));
time('template 200k', () => t.encodePrompt(prose, false));
time('decode all', () => { t.decode(ids); });
const { createTextStream } = await import('./dist/tokens/text-stream.js');
