/** Holds the focus that a command has just given to the panel. */

/** Milliseconds after which nothing that was under way can take it any more. */
const WHILE = 3000;

/**
 * Until the person presses something, of which `pressed` tells: the command
 * palette gives the focus to the document again, a moment after its command
 * has run.
 */
export function holdFocus(pressed?: () => void): void {
  let held = document.activeElement;
  const section = held?.closest('.jp-AisecSection') ?? null;
  if (section === null) {
    return;
  }
  const over = new AbortController();
  const { signal } = over;
  const again = (): void => {
    const { activeElement } = document;
    if (section.contains(activeElement)) {
      held = activeElement;
    } else if (!signal.aborted && held instanceof HTMLElement) {
      held.focus();
    }
  };
  // In a turn of its own: the notebook is about to act upon the focus that it has.
  document.addEventListener('focusin', () => setTimeout(again), { signal });
  const waiting = new AbortController();
  for (const press of ['keydown', 'pointerdown']) {
    document.addEventListener(
      press,
      () => {
        over.abort();
        waiting.abort();
        pressed?.();
      },
      { capture: true, signal: waiting.signal }
    );
  }
  setTimeout(() => {
    over.abort();
  }, WHILE);
}
