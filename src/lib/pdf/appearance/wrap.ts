import { isEastern } from './packs.ts';
import type { Line, SetText } from './set-text.ts';

/** East Asian line breaking (JIS X 4051, GB/T 15834): what begins no line, and what ends none. */
const NO_START =
  '、。，．：；？！‐）】」』〉》〕〗］｝〙〛’”…‥ーゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.!?:;)]}%';
const NO_END = '（【「『〈《〔〖［｛〘〚‘“([{$¥￥';
const MARK = /[\u0300-\u036f\u05b0-\u05c7\u064b-\u065f\u3099\u309a\ufe00-\ufe0f]/;

/** Ends of the pieces of `text[from, to)` that no line may cut: after blanks, between East Asian characters. */
function breaks(text: string, from: number, to: number): number[] {
  const ends: number[] = [];
  let before = '';
  for (let at = from; at < to;) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 32);
    const blank = character === ' ';
    if (before !== '' && !blank && !MARK.test(character)) {
      const eastern = isEastern(before.codePointAt(0) ?? 0) || isEastern(character.codePointAt(0) ?? 0);
      const free = eastern && !NO_START.includes(character) && !NO_END.includes(before);
      if (before === ' ' || free) ends.push(at);
    }
    if (!MARK.test(character)) before = character;
    at += character.length;
  }
  ends.push(to);
  return ends;
}

/** Lines no wider than `width` ems; null when a piece that must not be cut is wider. */
export function wrap(set: SetText, width: number): Line[] | null {
  const lines: Line[] = [];
  let start = 0;
  for (const paragraph of set.text.split('\n')) {
    const end = start + paragraph.length;
    let from = start;
    let line = set.line(start, start);
    for (const to of breaks(set.text, start, end)) {
      const longer = set.line(from, to);
      if (longer.width <= width) {
        line = longer;
        continue;
      }
      if (line.runs.length > 0) lines.push(line);
      from = line.runs.length > 0 ? Math.max(...line.runs.map((run) => run.to)) : from;
      while (set.text[from] === ' ') from += 1;
      line = set.line(from, to);
      if (line.width > width) return null;
    }
    lines.push(line);
    start = end + 1;
  }
  return lines;
}
