import type { Attachment } from 'svelte/attachments';

/** The one that is open: there is no modal on a modal, a second one takes the first one's place. */
let current: HTMLDialogElement | null = null;

export interface ModalOptions {
  open: () => boolean;
  close: () => void;
  /** False while something runs that must not be cut off: Escape and a press outside do nothing. */
  dismissible: () => boolean;
}

/**
 * Joins a native `<dialog>` to a state: opens and closes it, closes on Escape and on a press outside, and
 * gives the focus back to where it was (the element does that itself).
 */
export function modal({ open, close, dismissible }: ModalOptions): Attachment<HTMLDialogElement> {
  return (dialog) => {
    const onCancel = (event: Event) => {
      event.preventDefault();
      if (dismissible()) close();
    };
    // Closed by someone else (a form with method=dialog, the next modal): the state follows.
    const onClose = () => {
      if (current === dialog) current = null;
      if (open()) close();
    };
    let pressedOutside = false;
    const onDown = (event: Event) => (pressedOutside = event.target === dialog);
    const onClick = (event: Event) => {
      if (event.target === dialog && pressedOutside && dismissible()) close();
    };
    dialog.addEventListener('cancel', onCancel);
    dialog.addEventListener('close', onClose);
    dialog.addEventListener('pointerdown', onDown);
    dialog.addEventListener('click', onClick);
    $effect(() => {
      if (open() && !dialog.open) {
        current?.close();
        current = dialog;
        dialog.showModal();
      } else if (!open() && dialog.open) {
        dialog.close();
      }
    });
    return () => {
      dialog.removeEventListener('cancel', onCancel);
      dialog.removeEventListener('close', onClose);
      dialog.removeEventListener('pointerdown', onDown);
      dialog.removeEventListener('click', onClick);
      if (current === dialog) current = null;
    };
  };
}
