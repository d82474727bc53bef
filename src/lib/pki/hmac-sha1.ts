import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { toBase64 } from '../bytes/base64.ts';
import { encodeUtf8 } from '../bytes/utf8.ts';

/**
 * HMAC-SHA1 (RFC 2104) of a text, base64: how some gateways sign what they report. As a MAC, SHA-1 still holds;
 * nothing here signs documents with it.
 */
export function hmacSha1(key: string, text: string): string {
  return toBase64(hmac(sha1, encodeUtf8(key), encodeUtf8(text)));
}
