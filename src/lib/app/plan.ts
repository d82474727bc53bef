/** Days as a person writes them ("2, 5, 10"), rising; empty: none. Null: not days, or more than ten. */
export function daysIn(written: string): number[] | null {
  const parts = written.split(/[\s,;]+/).filter((part) => part !== '');
  if (!parts.every((part) => /^[1-9]\d{0,2}$/.test(part))) return null;
  const days = [...new Set(parts.map(Number))].sort((a, b) => a - b);
  return days.length > 10 || (days.at(-1) ?? 0) > 365 ? null : days;
}
