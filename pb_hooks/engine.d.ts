// What PocketBase's engine has and its own types file does not name.
declare const console: Record<'log' | 'warn' | 'error', (...values: unknown[]) => void>;

declare class Buffer extends Uint8Array {
  static from(value: string | ArrayLike<number>, encoding?: 'base64' | 'base64' | 'hex' | 'utf8'): Buffer;
  static concat(parts: readonly Uint8Array[]): Buffer;
}
