import caveat from '#lib/fonts/caveat.ttf?url';
import dancing from '#lib/fonts/dancing.ttf?url';
import marck from '#lib/fonts/marck.ttf?url';
import vibes from '#lib/fonts/vibes.ttf?url';
import type { Hand } from '#lib/sign/layout.ts';

/** The hands of typed signatures as they are offered; the file embeds the same fonts. */
const urls: Readonly<Record<Hand, string>> = { caveat, dancing, marck, vibes };
export const hands = Object.keys(urls) as readonly Hand[];

const familyOf = (hand: Hand): string => `Countersign ${hand}`;
const loading = new Map<Hand, Promise<void>>();

/** Fetches a hand once, when a signature in it is first shown. */
export function loadHand(hand: Hand): Promise<void> {
  let coming = loading.get(hand);
  if (coming === undefined) {
    coming = new FontFace(familyOf(hand), `url(${urls[hand]})`).load().then(
      (face) => void document.fonts.add(face),
      // Offline and never fetched: the text stands in the browser's cursive until the next try.
      () => void loading.delete(hand)
    );
    loading.set(hand, coming);
  }
  return coming;
}

/** Attachment: this element is written in that hand. */
export function inHand(hand: Hand): (element: HTMLElement | SVGElement) => void {
  return (element) => {
    element.style.fontFamily = `'${familyOf(hand)}', cursive`;
    void loadHand(hand);
  };
}
