/** How far what is shown of a document holds, in the same words wherever it is shown. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFindingsModel } from '../tokens';

/** Why what is shown may not be so any more, in one line; empty while it holds. */
export function standing(
  { state, said, isLate }: Pick<IFindingsModel, 'state' | 'said' | 'isLate'>,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'refused':
      return trans.__('Not checked: %1.', said);
    case 'missing':
    case 'failed':
      return said;
    case 'checking':
      return isLate ? said || trans.__('Still checking.') : '';
    case 'off':
    case 'checked':
      return '';
  }
}

/** The same above findings that were found before; empty while they hold. */
export function foundBefore(
  model: Pick<IFindingsModel, 'state' | 'said' | 'isLate' | 'checked'>,
  trans: TranslationBundle
): string {
  const why = standing(model, trans);
  return why === '' || model.checked === null
    ? why
    : trans.__('%1 What follows was found at %2.', why, clock(model.checked));
}

/** Hours and minutes. */
export function clock(time: Date): string {
  return time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
