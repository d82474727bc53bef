import url from '@expo-google-fonts/caveat/500Medium/Caveat_500Medium.ttf?url';

/** Family of the hand that typed signatures are shown in; the file embeds the same one. */
export const SCRIPT_FAMILY = 'Countersign Hand';

let loading: Promise<void> | null = null;

/** Fetches the hand once, when a typed signature is first shown. */
export function loadScriptFont(): Promise<void> {
  loading ??= new FontFace(SCRIPT_FAMILY, `url(${url})`).load().then(
    (face) => void document.fonts.add(face),
    () => {
      // Offline and never fetched: the text stands in the browser's cursive until the next try.
      loading = null;
    }
  );
  return loading;
}

/** Attachment: this element is written in that hand. */
export function inScript(element: HTMLElement | SVGElement): void {
  element.style.fontFamily = `'${SCRIPT_FAMILY}', cursive`;
  void loadScriptFont();
}
