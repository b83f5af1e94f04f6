/** The findings of one cell, under its number. */
import * as React from 'react';

import type { IShownCell } from '../model/shown';
import { whyUnchanged } from '../model/unchanged';
import type { IPanelContext } from '../panel/context';
import type { IFindingsModel } from '../tokens';
import type { Finding, Range } from '../wire';
import { FindingItem, type IFindingActions } from './finding';
import type { IRoving } from './roving';
import { Foreign } from './text';

const TOP: Range = {
  start: { line: 0, character: 0 },
  end: { line: 0, character: 0 }
};

export function CellGroup(props: {
  readonly context: IPanelContext;
  readonly model: IFindingsModel;
  readonly shown: IShownCell;
  readonly roving: IRoving;
  readonly onNotice: (words: string) => void;
  readonly onUnfold: () => void;
}): React.ReactElement {
  const { context, model, roving } = props;
  const { choices, findings: tracker, trans } = context;
  const { cell, findings, more } = props.shown;
  const { ignoring } = choices.now;

  const tell = (done: boolean): void => {
    props.onNotice(done ? '' : whyUnchanged(model, trans));
  };

  const actionsOf = (finding: Finding): IFindingActions => ({
    jump: () =>
      void tracker.reveal({ model, key: cell.key, range: finding.range }),
    explain: () => {
      choices.choose({ rule: finding.rule });
    },
    fix: () => {
      roving.keepPlace();
      void model.fix(cell.key, finding.id).then(tell);
    },
    consider: reason => {
      choices.choose({
        ignoring:
          reason === null ? null : { key: cell.key, id: finding.id, reason }
      });
      if (reason === null) {
        roving.focus(`${cell.key} ${finding.id}`);
      }
    },
    ignore: reason => {
      roving.keepPlace();
      choices.choose({ ignoring: null });
      void model.ignore(cell.key, finding.id, reason).then(place => {
        tell(place !== null);
      });
    }
  });

  const heading = cell.key;
  const unfold = `${cell.key} more`;
  return (
    <section
      className="jp-AisecCell"
      data-unread={cell.problem === null ? undefined : true}
    >
      {model.kind === 'notebook' && (
        <h3>
          <button
            type="button"
            className="jp-AisecCell-jump"
            data-stop={heading}
            title={trans.__(
              'Go to cell %1: the number counts all cells from the top of the notebook',
              cell.index + 1
            )}
            tabIndex={roving.active === heading ? 0 : -1}
            onClick={() =>
              void tracker.reveal({ model, key: cell.key, range: TOP })
            }
          >
            {trans.__('Cell %1', cell.index + 1)}
          </button>
        </h3>
      )}
      {cell.problem !== null && (
        <p className="jp-AisecProblem">
          {trans.__("It can't be read yet:")} <Foreign text={cell.problem} />
        </p>
      )}
      <ul>
        {findings.map(finding => {
          const stop = `${cell.key} ${finding.id}`;
          return (
            <FindingItem
              key={finding.id}
              finding={finding}
              stop={stop}
              reachable={roving.active === stop}
              reason={
                ignoring?.key === cell.key && ignoring.id === finding.id
                  ? ignoring.reason
                  : null
              }
              actions={actionsOf(finding)}
              trans={trans}
            />
          );
        })}
      </ul>
      {more > 0 && (
        <button
          type="button"
          className="jp-AisecButton jp-AisecMore"
          data-stop={unfold}
          tabIndex={roving.active === unfold ? 0 : -1}
          onClick={props.onUnfold}
        >
          {trans._n('and %1 more', 'and %1 more', more)}
        </button>
      )}
    </section>
  );
}
