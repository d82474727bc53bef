// Every way a page can lie: turned, cropped, away from the origin, in a larger unit. Runs in a browser too.
import { plainPages, type PlainPage } from './plain-pages.ts';

/** A mark is put here on each page, points as displayed: it fits on the smallest of them. */
export const SPOT = { x: 30, y: 50, w: 60, h: 40 } as const;

/**
 * A crop box counts where it meets the media box (§14.11.2.1); where they do not meet, readers show the media
 * box. pdf.js sees it so. poppler 22.12 moves pages whose crop box crosses the media box, and draws one pixel
 * where they do not meet, so there it is no judge.
 */
const BEYOND_POPPLER = ['crop across the lower edges', 'crop across the upper edges', 'crop outside'];

const BOXES: readonly (readonly [name: string, media: string, crop: string | null])[] = [
  ['whole', '[0 0 240 180]', null],
  ['away from the origin', '[-70 40 170 220]', null],
  ['crop inside', '[0 0 300 260]', '[20 30 230 200]'],
  ['crop across the lower edges', '[0 0 240 180]', '[-40 -50 200 150]'],
  ['crop across the upper edges', '[0 0 240 180]', '[40 10 400 260]'],
  ['crop larger on all sides', '[10 10 230 170]', '[-40 -40 600 600]'],
  ['crop outside', '[0 0 240 180]', '[500 500 700 700]'],
  ['corners the other way round', '[240 180 0 0]', '[200 170 20 10]']
];

export interface TurnedPage {
  readonly name: string;
  readonly page: PlainPage;
  /** poppler sees the page as ISO 32000-2 says. */
  readonly poppler: boolean;
}

/** All of `BOXES`, turned four ways, in two units: 64 pages. */
export const turnedPages: readonly TurnedPage[] = BOXES.flatMap(([name, box, crop]) =>
  [0, 90, 180, 270].flatMap((rotate) =>
    [1, 1.5].map((unit) => ({
      poppler: !BEYOND_POPPLER.includes(name),
      name: `${name}, /Rotate ${rotate}, /UserUnit ${unit}`,
      page: {
        box,
        entries: [
          crop === null ? '' : `/CropBox ${crop}`,
          rotate === 0 ? '' : `/Rotate ${rotate}`,
          unit === 1 ? '' : `/UserUnit ${unit}`
        ].join(' ')
      }
    }))
  )
);

export const turnedFile = (): Uint8Array<ArrayBuffer> => plainPages(turnedPages.map(({ page }) => page));
