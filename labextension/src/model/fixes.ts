/** What a fix is called, in the same words wherever one is offered. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Fix } from '../wire';
import { visible } from './words';

/** The words on its button. */
export function fixLabel({ safe }: Fix, trans: TranslationBundle): string {
  return safe
    ? trans.__('Fix')
    : trans.__('Fix (can change what the code does)');
}

/** What it does, in one line. */
export function fixWords(
  { safe, description }: Fix,
  trans: TranslationBundle
): string {
  const what = visible(description);
  return safe
    ? trans.__('Fix: %1.', what)
    : trans.__(
        'Fix: %1. It can change what the code does: look at it afterwards.',
        what
      );
}
