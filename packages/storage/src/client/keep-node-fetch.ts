/**
 * Must be imported before undici. Whoever loads first, undici or Node's own fetch, provides the connections of that
 * fetch; with those of another version it refuses requests of other libraries that set their own content-length.
 * Reading one of fetch's globals loads Node's own.
 */
if (typeof globalThis.Headers !== 'function') throw new Error('this runtime has no fetch');
