/** One claim of a guideline: what is known, how and since when, what is missing, and what to do. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dayWords } from '../model/when';
import { visible } from '../model/words';
import type { IPanelContext } from '../panel/context';
import type { CoverageClaim, KnownThing } from '../wire';
import { StateBadge, StateIcon } from './state';
import { StepView } from './step';
import { Words } from './text';

export function ClaimItem(props: {
  readonly context: IPanelContext;
  /** A file of the project. */
  readonly path: string;
  readonly claim: CoverageClaim;
  /** The same step stands above all claims already. */
  readonly isNext: boolean;
  readonly tabIndex: number;
}): React.ReactElement {
  const { claim, context, isNext, path, tabIndex } = props;
  const { trans } = context;
  return (
    <li className="jp-AisecClaim" data-claim={claim.id}>
      <p className="jp-AisecRow">
        <StateBadge state={claim.state} trans={trans} />{' '}
        <span className="jp-AisecSoft">
          {claim.id}
          {claim.stated && ` · ${trans.__('for people to say')}`}
        </span>
      </p>
      <p>{claim.text}</p>
      <dl>
        {claim.known.length > 0 && (
          <>
            <dt>{trans.__('Known')}</dt>
            <dd>
              {claim.known.map((each, at) => (
                <Known key={at} known={each} trans={trans} />
              ))}
              {claim.more > 0 && (
                <p className="jp-AisecSoft">
                  {trans._n('and of %1 more', 'and of %1 more', claim.more)}
                </p>
              )}
            </dd>
          </>
        )}
        {claim.decided !== null && (
          <>
            <dt>{trans.__('Decided')}</dt>
            <dd>
              <Words text={claim.decided} />
            </dd>
          </>
        )}
        {claim.missing !== '' && (
          <>
            <dt>{trans.__('Missing')}</dt>
            <dd>
              <Words text={claim.missing} />
            </dd>
          </>
        )}
      </dl>
      {claim.step !== null && !isNext && (
        <StepView
          context={context}
          path={path}
          step={claim.step}
          label={trans.__('Next:')}
          tabIndex={tabIndex}
        />
      )}
    </li>
  );
}

/** What is known of one thing: the state as a shape, the words, and who says so since when. */
function Known(props: {
  readonly known: KnownThing;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { known, trans } = props;
  const how = [visible(known.by)];
  if (!known.said.includes(known.thing)) {
    how.unshift(visible(known.thing));
  }
  if (known.since !== null) {
    how.push(trans.__('since %1', dayWords(known.since)));
  }
  if (known.until !== null) {
    how.push(trans.__('until %1', dayWords(known.until)));
  }
  return (
    <p className="jp-AisecKnown">
      <StateIcon state={known.state} />
      <span>
        <Words text={known.said} />{' '}
        <span className="jp-AisecSoft">{how.join(' · ')}</span>
      </span>
    </p>
  );
}
