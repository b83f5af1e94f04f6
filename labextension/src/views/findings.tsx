/** The findings of the current document, by cell. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { SEVERITIES, severityWord } from '../model/severity';
import { countBySeverity, PER_PAGE, shownFindings } from '../model/shown';
import type { IPanelContext } from '../panel/context';
import type { ICheckedCell, IFindingsModel } from '../tokens';
import { CellGroup } from './cellgroup';
import { ExplanationView } from './explanation';
import { useRoving } from './roving';
import { SeverityShape } from './severity';
import { Status, Words } from './text';

export function FindingsView(props: {
  readonly context: IPanelContext;
}): React.ReactElement {
  const { context } = props;
  const { rule } = context.choices.now;
  const model = context.findings.current;
  if (rule !== null) {
    return <ExplanationView context={context} rule={rule} />;
  }
  if (model === null) {
    return (
      <Status>
        {context.trans.__(
          'Open a notebook or a Python file to see what is found in it.'
        )}
      </Status>
    );
  }
  return <FindingsList key={model.path} context={context} model={model} />;
}

function FindingsList(props: {
  readonly context: IPanelContext;
  readonly model: IFindingsModel;
}): React.ReactElement {
  const { context, model } = props;
  const { choices, trans } = context;
  const { hidden, takeFocus } = choices.now;
  const [unfolded, setUnfolded] = React.useState<ReadonlySet<string>>(
    new Set()
  );
  const [most, setMost] = React.useState(PER_PAGE);
  const [notice, setNotice] = React.useState('');
  const roving = useRoving();

  React.useEffect(() => {
    if (takeFocus === 'findings') {
      // While nothing is known yet, there is nothing to give it to.
      if (roving.focus() || model.state !== 'checking') {
        choices.choose({ takeFocus: null });
      }
    }
  });

  const counts = countBySeverity(model.cells);
  const safe = model.cells.flatMap(each =>
    each.findings.filter(finding => finding.fix?.safe === true)
  ).length;
  const shown = shownFindings(model.cells, hidden, unfolded, most);
  const asks = model.state === 'missing' || model.state === 'failed';

  const fixSafe = async (): Promise<void> => {
    roving.keepPlace();
    const fixed = await model.fixSafe();
    setNotice(trans._n('%1 finding fixed.', '%1 findings fixed.', fixed));
  };

  return (
    <>
      <Status>
        <Words text={statusWords(model, trans)} />
      </Status>
      {asks && (
        <button
          type="button"
          className="jp-AisecButton"
          onClick={() => void model.refresh()}
        >
          {trans.__('Check again')}
        </button>
      )}
      {model.cells.some(each => each.findings.length > 0) && (
        <div
          className="jp-AisecRow"
          role="group"
          aria-label={trans.__('Filter')}
        >
          {SEVERITIES.filter(each => counts.get(each)! > 0).map(severity => (
            <button
              key={severity}
              type="button"
              className="jp-AisecButton jp-AisecToggle"
              aria-pressed={!hidden.has(severity)}
              onClick={() => {
                choices.choose({ hidden: toggled(hidden, severity) });
              }}
            >
              <SeverityShape severity={severity} /> {counts.get(severity)}{' '}
              {severityWord(severity, trans)}
            </button>
          ))}
          {safe > 0 && (
            <button
              type="button"
              className="jp-AisecButton jp-mod-main"
              title={trans.__('Make all repairs that change nothing else')}
              onClick={() => void fixSafe()}
            >
              {trans.__('Fix all safe (%1)', safe)}
            </button>
          )}
        </div>
      )}
      <p className="jp-AisecNotice" role="status" aria-live="polite">
        {notice}
      </p>
      <div
        ref={roving.list}
        className="jp-AisecFindings"
        onFocus={roving.onFocus}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            context.leave();
          } else {
            roving.onKeyDown(event);
          }
        }}
      >
        {shown.cells.map(each => (
          <CellGroup
            key={each.cell.key}
            context={context}
            model={model}
            shown={each}
            roving={roving}
            onNotice={setNotice}
            onUnfold={() => {
              roving.keepPlace();
              setUnfolded(new Set(unfolded).add(each.cell.key));
            }}
          />
        ))}
        {shown.more > 0 && (
          <button
            type="button"
            className="jp-AisecButton jp-AisecMore"
            data-stop="more"
            tabIndex={roving.active === 'more' ? 0 : -1}
            onClick={() => {
              roving.keepPlace();
              setMost(most + PER_PAGE);
            }}
          >
            {trans._n(
              'and %1 more in the cells below',
              'and %1 more in the cells below',
              shown.more
            )}
          </button>
        )}
      </div>
    </>
  );
}

/** What is known, in one line. */
function statusWords(model: IFindingsModel, trans: TranslationBundle): string {
  switch (model.state) {
    case 'refused':
      return trans.__('Not checked: %1.', model.said);
    case 'missing':
    case 'failed':
      return model.said;
    case 'off':
      return '';
    case 'checking':
    case 'checked':
      return model.checked === null
        ? trans.__('Checking…')
        : foundWords(model, model.checked, trans);
  }
}

function foundWords(
  model: IFindingsModel,
  checked: Date,
  trans: TranslationBundle
): string {
  const time = checked.toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit'
  });
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

function toggled<T>(all: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(all);
  if (!next.delete(one)) {
    next.add(one);
  }
  return next;
}
