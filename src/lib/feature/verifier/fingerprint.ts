/** A SHA-256 in eight groups of eight: as people compare it, by eye or aloud (`security.md` V1). */
export const inGroups = (hex: string): string => (hex.match(/.{1,8}/g) ?? []).join(' ');
