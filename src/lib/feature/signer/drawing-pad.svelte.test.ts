import { describe, expect, it } from 'vitest';
import { DrawingPad, type PenEvent } from './drawing-pad.svelte.ts';

function at(x: number, y: number, pointer = 1, kind = 'touch'): PenEvent {
  return { pointer, kind, points: [{ x, y, pressure: 0.5 }] };
}

function draw(pad: DrawingPad, x: number, pointer = 1, kind = 'touch'): void {
  pad.begin(at(x, 20, pointer, kind));
  for (let n = 1; n < 8; n++) pad.extend(at(x + n * 20, 20 + n * 5, pointer, kind));
  pad.end(pointer);
}

describe('DrawingPad', () => {
  it('collects strokes and gives outlines', () => {
    const pad = new DrawingPad();
    expect(pad.empty).toBe(true);
    expect(pad.drawing).toBeNull();
    draw(pad, 20);
    draw(pad, 220);
    expect(pad.empty).toBe(false);
    expect(pad.paths).toHaveLength(2);
    expect(pad.drawing?.outlines).toHaveLength(2);
  });

  it('shows the stroke under the pen before it is finished', () => {
    const pad = new DrawingPad();
    pad.begin(at(20, 20));
    pad.extend(at(60, 40));
    expect(pad.paths).toHaveLength(1);
    expect(pad.strokes).toHaveLength(0);
  });

  it('takes the last stroke back, then all', () => {
    const pad = new DrawingPad();
    draw(pad, 20);
    draw(pad, 120);
    pad.undo();
    expect(pad.strokes).toHaveLength(1);
    expect(pad.paths).toHaveLength(1);
    pad.clear();
    expect(pad.empty).toBe(true);
  });

  it('ignores a second finger while one draws', () => {
    const pad = new DrawingPad();
    pad.begin(at(20, 20, 1));
    expect(pad.begin(at(300, 100, 2))).toBe(false);
    pad.extend(at(400, 100, 2));
    pad.end(2);
    pad.extend(at(60, 40, 1));
    pad.end(1);
    expect(pad.strokes).toHaveLength(1);
    expect(pad.strokes[0]?.points).toHaveLength(2);
  });

  it('ignores the palm once a stylus was used', () => {
    const pad = new DrawingPad();
    draw(pad, 20, 1, 'pen');
    expect(pad.begin(at(200, 200, 2, 'touch'))).toBe(false);
    expect(pad.strokes[0]?.measured).toBe(true);
  });

  it('keeps no half of a stroke that the system interrupted', () => {
    const pad = new DrawingPad();
    pad.begin(at(20, 20));
    pad.extend(at(60, 40));
    pad.cancel(1);
    expect(pad.empty).toBe(true);
    draw(pad, 20, 5);
    expect(pad.strokes).toHaveLength(1);
  });

  it('goes on with strokes that were kept', () => {
    const before = new DrawingPad();
    draw(before, 20);
    const after = new DrawingPad(before.strokes);
    expect(after.paths).toEqual(before.paths);
    expect(after.drawing).toEqual(before.drawing);
  });
});
