/** Waiting for something that a signal will tell. */
import type { ISignal } from '@lumino/signaling';

/** Ends when `isSo`: asked now, and each time the signal comes. */
export async function until<T>(
  changed: ISignal<unknown, T>,
  isSo: () => boolean
): Promise<void> {
  await new Promise<void>(resolve => {
    const seen = (): void => {
      if (isSo()) {
        changed.disconnect(seen);
        resolve();
      }
    };
    changed.connect(seen);
    seen();
  });
}
