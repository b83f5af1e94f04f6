/** What came of a change that was asked for, in one line. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFindingsModel } from '../tokens';

/** To be asked right after a change was not made: it says what stood against it. */
export function whyUnchanged(
  { state, said }: Pick<IFindingsModel, 'state' | 'said'>,
  trans: TranslationBundle
): string {
  if (said !== '') {
    return trans.__('Nothing was changed. %1', said);
  }
  return state === 'checking'
    ? trans.__(
        'Nothing was changed: the code is still being checked. Try again in a moment.'
      )
    : trans.__('Nothing was changed: the text is another one meanwhile.');
}

/** What came of making all safe fixes, of which there were so many. */
export function fixedWords(
  model: Pick<IFindingsModel, 'state' | 'said'>,
  fixed: number,
  trans: TranslationBundle
): string {
  if (fixed > 0) {
    return trans._n('%1 finding fixed.', '%1 findings fixed.', fixed);
  }
  return model.state === 'checked'
    ? trans.__('There is nothing that is safe to fix.')
    : whyUnchanged(model, trans);
}
