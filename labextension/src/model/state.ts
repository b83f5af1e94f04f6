/** What is known of a guideline or claim: the order, and in which words and shapes people see it. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { CoverageRow } from '../wire';

export type State = CoverageRow['state'];

/** Worst first. */
export const STATES: readonly State[] = [
  'fail',
  'missing',
  'unknown',
  'stale',
  'stated',
  'not-applicable',
  'verified'
];

export function stateWord(state: State, trans: TranslationBundle): string {
  switch (state) {
    case 'fail':
      return trans.__('fail');
    case 'missing':
      return trans.__('missing');
    case 'unknown':
      return trans.__('unknown');
    case 'stale':
      return trans.__('stale');
    case 'stated':
      return trans.__('stated');
    case 'not-applicable':
      return trans.__('not applicable');
    case 'verified':
      return trans.__('verified');
  }
}

/** The same for those who see the word for the first time. */
export function stateSentence(state: State, trans: TranslationBundle): string {
  switch (state) {
    case 'fail':
      return trans.__('It was seen, or said, that it does not hold.');
    case 'missing':
      return trans.__('Nothing shows it, and nobody has said it.');
    case 'unknown':
      return trans.__('It was looked at, and could not be told.');
    case 'stale':
      return trans.__('It was shown of other bytes, or too long ago.');
    case 'stated':
      return trans.__('A person says so, and no program has seen it.');
    case 'not-applicable':
      return trans.__(
        'A person decided that it does not apply, with a reason and an end date.'
      );
    case 'verified':
      return trans.__('A program saw it, for these bytes and at that time.');
  }
}

/** How many rows are in which state, worst first, without the states that none is in. */
export function countStates(
  rows: readonly Pick<CoverageRow, 'state'>[]
): readonly (readonly [State, number])[] {
  return STATES.map(
    state => [state, rows.filter(each => each.state === state).length] as const
  ).filter(([, count]) => count > 0);
}

/** The rows of each area, in their order. */
export function byArea<T extends Pick<CoverageRow, 'area'>>(
  rows: readonly T[]
): readonly (readonly [string, readonly T[]])[] {
  const areas = [...new Set(rows.map(each => each.area))];
  return areas.map(
    area => [area, rows.filter(each => each.area === area)] as const
  );
}
