/** `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2 §7.9.4) as ISO 8601 UTC; null when it is none. */
export function readPdfDate(text: string): string | null {
  const match =
    /^(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:(Z)|([+-])(\d{2})'?(\d{2})?'?)?/.exec(text);
  if (match === null) return null;
  const part = (i: number, standard: number): number => Number(match[i] ?? standard);
  const month = part(2, 1);
  const day = part(3, 1);
  const [hour, minute, second] = [part(4, 0), part(5, 0), part(6, 0)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  const offset = (match[8] === '-' ? -1 : 1) * (part(9, 0) * 60 + part(10, 0));
  return new Date(Date.UTC(part(1, 0), month - 1, day, hour, minute, second) - offset * 60_000).toISOString();
}
