export { cidFromDigest, digestFromCid } from './address.js';
export { type EncodedContent, encodeBytes, encodeJson } from './encode.js';
