/** What was found in a document, in one line. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ICheckedCell, IFindingsModel } from '../tokens';
import { clock, standing } from './standing';

/** What is known, in one line. */
export function statusWords(
  model: IFindingsModel,
  trans: TranslationBundle
): string {
  if (model.state === 'off') {
    return '';
  }
  const why = standing(model, trans);
  if (model.checked === null) {
    return why || trans.__('Checking…');
  }
  const found = foundWords(model, model.checked, trans);
  return why === '' ? found : trans.__('%1 %2', why, found);
}

function foundWords(
  model: IFindingsModel,
  checked: Date,
  trans: TranslationBundle
): string {
  const time = clock(checked);
  const touched = model.cells.filter(each => each.findings.length > 0);
  const unread = model.cells.filter(each => each.problem !== null).length;
  const total = countAll(touched);
  const found =
    total === 0
      ? trans._n(
          'No known pattern found by %1 rule, checked %2.',
          'No known pattern found by %1 rules, checked %2.',
          model.rules,
          time
        )
      : model.kind === 'file'
        ? trans._n(
            '%1 finding, checked %2.',
            '%1 findings, checked %2.',
            total,
            time
          )
        : trans.__(
            '%1 in %2, checked %3.',
            trans._n('%1 finding', '%1 findings', total),
            trans._n('%1 cell', '%1 cells', touched.length),
            time
          );
  return unread === 0
    ? found
    : trans.__(
        '%1 %2',
        found,
        trans._n(
          "%1 cell can't be read yet.",
          "%1 cells can't be read yet.",
          unread
        )
      );
}

function countAll(cells: readonly ICheckedCell[]): number {
  return cells.reduce((sum, each) => sum + each.findings.length, 0);
}
