/** The shape of what is known of a guideline or claim, and its word: never a colour alone. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { type State, stateSentence, stateWord } from '../model/state';

/** In 16 by 16. */
const OUTLINES: Readonly<Record<State, string>> = {
  fail: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  missing: 'M8 2.5a5.5 5.5 0 1 0 .01 0z',
  unknown: 'M5.5 5.8a2.5 2.5 0 1 1 3.7 2.2c-.9.5-1.2 1-1.2 1.9M8 12.4v.7',
  stale: 'M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3',
  stated: 'M3 13l.8-3.2 6.9-6.9 2.4 2.4-6.9 6.9zM9.2 4.4l2.4 2.4',
  'not-applicable': 'M3.5 8h9',
  verified: 'M3 8.5l3.4 3.5L13 4.5'
};

export function StateIcon(props: {
  readonly state: State;
}): React.ReactElement {
  return (
    <svg
      className="jp-AisecState-icon"
      data-state={props.state}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={OUTLINES[props.state]} />
    </svg>
  );
}

/** What it means is in the title. */
export function StateWord(props: {
  readonly state: State;
  readonly count?: number;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { count, state, trans } = props;
  return (
    <span
      className="jp-AisecState-word"
      data-state={state}
      title={stateSentence(state, trans)}
    >
      {count !== undefined && `${count} `}
      {stateWord(state, trans)}
    </span>
  );
}

/** Both together. */
export function StateBadge(
  props: React.ComponentProps<typeof StateWord>
): React.ReactElement {
  return (
    <span className="jp-AisecState">
      <StateIcon state={props.state} />
      <StateWord {...props} />
    </span>
  );
}
