/** One guideline: its worst state and, unfolded, the cheapest step, every claim, and where other lists have it. */
import * as React from 'react';

import type { IPanelContext } from '../panel/context';
import type { CoverageRow } from '../wire';
import { ClaimItem } from './claim';
import { StateIcon, StateWord } from './state';
import { StepView } from './step';

export function GuidelineRow(props: {
  readonly context: IPanelContext;
  /** A file of the project. */
  readonly path: string;
  readonly row: CoverageRow;
  readonly isOpen: boolean;
  /** Whether the Tab key reaches it. */
  readonly isReachable: boolean;
  readonly onToggle: (open: boolean) => void;
}): React.ReactElement {
  const { context, isOpen, isReachable, path, row } = props;
  const { trans } = context;
  const body = React.useId();
  const tabIndex = isReachable ? 0 : -1;
  return (
    <div className="jp-AisecGuideline">
      <h4>
        <button
          type="button"
          className="jp-AisecGuideline-fold"
          data-stop={row.id}
          tabIndex={tabIndex}
          aria-expanded={isOpen}
          aria-controls={isOpen ? body : undefined}
          onClick={() => {
            props.onToggle(!isOpen);
          }}
        >
          <span className="jp-AisecOutline-fold" aria-hidden="true">
            {isOpen ? '▾' : '▸'}
          </span>
          <StateIcon state={row.state} />
          <span className="jp-AisecGuideline-words">
            <span className="jp-AisecGuideline-title">
              {row.id} {row.title}
            </span>{' '}
            <StateWord state={row.state} trans={trans} />
          </span>
        </button>
      </h4>
      {isOpen && (
        <div id={body} className="jp-AisecGuideline-body">
          {row.step !== null && (
            <StepView
              key={row.step.claim}
              context={context}
              path={path}
              step={row.step}
              label={trans.__('Next, for %1:', row.step.claim)}
              tabIndex={tabIndex}
            />
          )}
          <ul>
            {row.claims.map(claim => (
              <ClaimItem
                key={claim.id}
                context={context}
                path={path}
                claim={claim}
                isNext={claim.step?.text === row.step?.text}
                tabIndex={tabIndex}
              />
            ))}
          </ul>
          <Elsewhere row={row} context={context} />
        </div>
      )}
    </div>
  );
}

/** The standards that it maps to, each with its edition. */
function Elsewhere(props: {
  readonly context: IPanelContext;
  readonly row: CoverageRow;
}): React.ReactElement | null {
  const { context, row } = props;
  const { trans } = context;
  return row.mapsTo.length === 0 ? null : (
    <details className="jp-AisecElsewhere">
      <summary>
        {trans._n('In %1 other list', 'In %1 other lists', row.mapsTo.length)}
      </summary>
      <ul>
        {row.mapsTo.map(({ edition, ids, standard }) => (
          <li key={`${standard} ${edition}`}>
            <span className="jp-AisecSoft">
              {standard} <span className="jp-AisecEdition">{edition}</span>
            </span>{' '}
            {ids}
          </li>
        ))}
      </ul>
    </details>
  );
}
