/** One finding in the list. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { fixLabel, fixWords } from '../model/fixes';
import { severityWord } from '../model/severity';
import type { Finding } from '../wire';
import { IgnoreForm } from './ignore';
import { SeverityShape } from './severity';
import { Foreign } from './text';

/** What a person can do about a finding. */
export interface IFindingActions {
  readonly jump: () => void;
  readonly fix: () => void;
  readonly explain: () => void;
  readonly ignore: (reason: string) => void;
  /** Open the line for the reason, or change what is typed there; null closes it. */
  readonly consider: (reason: string | null) => void;
}

export function FindingItem(props: {
  readonly finding: Finding;
  /** Its name among the stops of the arrow keys. */
  readonly stop: string;
  readonly reachable: boolean;
  /** The reason as far as it is typed; null while nobody wants to ignore it. */
  readonly reason: string | null;
  readonly actions: IFindingActions;
  readonly trans: TranslationBundle;
}): React.ReactElement {
  const { actions, finding, reachable, trans } = props;
  const tabIndex = reachable ? 0 : -1;
  const keys = [
    finding.fix === null ? '' : 'F',
    finding.ignore === null ? '' : 'Delete'
  ];
  return (
    <li
      className="jp-AisecFinding"
      data-severity={finding.severity}
      onKeyDown={event => {
        if (event.ctrlKey || event.metaKey || event.altKey) {
          return;
        }
        if (event.key.toLowerCase() === 'f' && finding.fix !== null) {
          event.preventDefault();
          actions.fix();
        } else if (event.key === 'Delete' && finding.ignore !== null) {
          event.preventDefault();
          actions.consider('');
        }
      }}
    >
      <button
        type="button"
        className="jp-AisecFinding-jump"
        data-stop={props.stop}
        tabIndex={tabIndex}
        aria-keyshortcuts={keys.filter(Boolean).join(' ') || undefined}
        onClick={actions.jump}
      >
        <span className="jp-AisecFinding-head">
          <SeverityShape severity={finding.severity} />
          <span>{severityWord(finding.severity, trans)}</span>
          <Foreign className="jp-AisecFinding-rule" text={finding.rule} />
          <span className="jp-AisecSoft">
            {trans.__('line %1', finding.range.start.line + 1)}
          </span>
        </span>
        <Foreign className="jp-AisecFinding-message" text={finding.message} />
        {finding.confidence === 'low' && (
          <span className="jp-AisecSoft">
            {trans.__('May be wrong: the confidence is low.')}
          </span>
        )}
      </button>
      {props.reason === null ? (
        <div className="jp-AisecRow">
          {finding.fix !== null && (
            <button
              type="button"
              className="jp-AisecButton"
              tabIndex={tabIndex}
              title={fixWords(finding.fix, trans)}
              onClick={actions.fix}
            >
              {fixLabel(finding.fix, trans)}
            </button>
          )}
          <button
            type="button"
            className="jp-AisecButton"
            tabIndex={tabIndex}
            title={trans.__('What this rule is about')}
            onClick={actions.explain}
          >
            {trans.__('Why')}
          </button>
          {finding.ignore !== null && (
            <button
              type="button"
              className="jp-AisecButton"
              tabIndex={tabIndex}
              title={trans.__('Let it stay, with a reason beside the code')}
              onClick={() => {
                actions.consider('');
              }}
            >
              {trans.__('Ignore')}
            </button>
          )}
        </div>
      ) : (
        <IgnoreForm
          trans={trans}
          reason={props.reason}
          onType={actions.consider}
          onIgnore={actions.ignore}
          onCancel={() => {
            actions.consider(null);
          }}
        />
      )}
    </li>
  );
}
