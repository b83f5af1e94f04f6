/** What the words mean, what can't be judged, and whose the guidelines are. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { STATES, stateSentence } from '../model/state';
import type { CoverageReply } from '../wire';
import { StateBadge } from './state';
import { Words } from './text';

export function Legend(props: {
  readonly reply: CoverageReply;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { reply, trans } = props;
  return (
    <details className="jp-AisecElsewhere">
      <summary>{trans.__('How to read this')}</summary>
      <p>
        {trans.__(
          'A row is its worst claim. Commands are for a terminal in the project, or for a cell with %1 in place of %2.',
          '%aisec',
          'jupyter aisec'
        )}
      </p>
      <dl>
        {STATES.map(state => (
          <React.Fragment key={state}>
            <dt>
              <StateBadge state={state} trans={trans} />
            </dt>
            <dd>{stateSentence(state, trans)}</dd>
          </React.Fragment>
        ))}
      </dl>
      <p>
        <Words text={reply.limits} />
      </p>
      <p className="jp-AisecSoft">{reply.source}</p>
    </details>
  );
}
