/** What was put off in the notebooks of a model: technical debt, the oldest first. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dayWords } from '../model/when';
import type { CoverageReply, Owed } from '../wire';
import { Foreign, Words } from './text';

export function Debts(props: {
  readonly reply: CoverageReply;
  readonly trans: TranslationBundle;
}): React.ReactElement | null {
  const { reply, trans } = props;
  const { debts, moreDebts } = reply;
  if (reply.candidate === null) {
    return null;
  }
  const count = debts.length + moreDebts;
  return count === 0 ? (
    <p className="jp-AisecSoft">
      {trans.__('Technical debt: nothing was found that was put off.')}
    </p>
  ) : (
    <details className="jp-AisecDebts">
      <summary>
        {trans._n(
          'Technical debt: %1 thing was put off',
          'Technical debt: %1 things were put off',
          count
        )}
      </summary>
      <ul>
        {debts.map((each, at) => (
          <Debt key={at} debt={each} trans={trans} />
        ))}
      </ul>
      {moreDebts > 0 && (
        <p className="jp-AisecSoft">
          {trans._n(
            'and %1 more, which `jupyter aisec debt` lists',
            'and %1 more, which `jupyter aisec debt` lists',
            moreDebts
          )}
        </p>
      )}
    </details>
  );
}

/** One thing: what kind of debt, what stands there, where and since when. */
function Debt(props: {
  readonly debt: Owed;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { debt, trans } = props;
  const since =
    debt.since === null
      ? trans.__('since when is not known')
      : trans.__('since %1', dayWords(debt.since));
  return (
    <li>
      <strong>{debt.kind}</strong> <Words text={debt.said} />{' '}
      <span className="jp-AisecSoft">
        <Foreign text={debt.place} /> · {since}
      </span>
    </li>
  );
}
