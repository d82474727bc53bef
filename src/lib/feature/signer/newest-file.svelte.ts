/** The bytes of a hash that may change, fetched when it does. Made in a component's init. */
export interface NewestFile {
  /** Null while it is not here. The one before stays until the next one came. */
  readonly file: Blob | null;
  readonly failed: boolean;
  retry(): void;
}

export function newestFile(
  wanted: () => string | null | undefined,
  fetch: (sha256: string) => Promise<Blob>
): NewestFile {
  let file = $state.raw<Blob | null>(null);
  let failed = $state(false);
  let tries = $state(0);
  let asked = '';

  $effect(() => {
    const sha256 = wanted();
    void tries;
    if (!sha256) return;
    asked = sha256;
    failed = false;
    fetch(sha256).then(
      (blob) => {
        if (asked === sha256) file = blob;
      },
      () => {
        if (asked === sha256) failed = true;
      }
    );
  });

  return {
    get file() {
      return file;
    },
    get failed() {
      return failed;
    },
    retry: () => void tries++
  };
}
