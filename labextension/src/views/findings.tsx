/** The findings of the current document, by cell. */
import * as React from 'react';

import { statusWords } from '../model/found';
import { SEVERITIES, severityWord } from '../model/severity';
import { countBySeverity, PER_PAGE, shownFindings } from '../model/shown';
import { fixedWords } from '../model/unchanged';
import type { Choices } from '../panel/choices';
import type { IPanelContext } from '../panel/context';
import type { IFindingsModel } from '../tokens';
import { CellGroup } from './cellgroup';
import { ExplanationView } from './explanation';
import { holdFocus } from './hold';
import { useRoving } from './roving';
import { SeverityShape } from './severity';
import { StatusLine } from './statusline';
import { Words } from './text';

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
    return <NothingOpen context={context} />;
  }
  return <FindingsList key={model.path} context={context} model={model} />;
}

function NothingOpen({
  context
}: {
  readonly context: IPanelContext;
}): React.ReactElement {
  const { choices, trans } = context;
  const line = React.useRef<HTMLDivElement>(null);
  const { takeFocus } = choices.now;
  React.useEffect(() => {
    if (takeFocus === 'findings') {
      line.current?.focus();
      holdFocus(taken(choices));
    }
  }, [choices, takeFocus]);
  return (
    <StatusLine line={line} onKeyDown={leaving(context)}>
      {trans.__('Open a notebook or a Python file to see what is found in it.')}
    </StatusLine>
  );
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
  const line = React.useRef<HTMLDivElement>(null);
  const onKeyDown = leaving(context);

  React.useEffect(() => {
    if (takeFocus !== 'findings') {
      return;
    }
    const isThere = roving.focus();
    if (!isThere) {
      line.current?.focus();
    }
    // While nothing is known yet, there may soon be something to go to.
    holdFocus(taken(choices));
    if (isThere || (model.state !== 'checking' && model.state !== 'off')) {
      taken(choices)();
    }
  });

  const counts = countBySeverity(model.cells);
  const safe = model.cells.flatMap(each =>
    each.findings.filter(finding => finding.fix?.safe === true)
  ).length;
  const shown = shownFindings(model.cells, hidden, unfolded, most);
  const asks = model.state !== 'refused' && model.said !== '';

  const fixSafe = async (): Promise<void> => {
    roving.keepPlace();
    setNotice(fixedWords(model, await model.fixSafe(), trans));
  };

  return (
    <>
      <StatusLine line={line} onKeyDown={onKeyDown}>
        <Words text={statusWords(model, trans)} />
      </StatusLine>
      {asks && (
        <button
          type="button"
          className="jp-AisecButton"
          onKeyDown={onKeyDown}
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
          onKeyDown={onKeyDown}
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
              title={trans.__(
                'Make every fix that can not change what a working program does'
              )}
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
          onKeyDown(event);
          roving.onKeyDown(event);
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

/** From here on, the focus is where the person wants it. */
function taken(choices: Choices): () => void {
  return () => {
    if (choices.now.takeFocus === 'findings') {
      choices.choose({ takeFocus: null });
    }
  };
}

/** Escape leads back to the document. */
function leaving(context: IPanelContext): React.KeyboardEventHandler {
  return event => {
    if (event.key === 'Escape') {
      context.leave();
    }
  };
}

function toggled<T>(all: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(all);
  if (!next.delete(one)) {
    next.add(one);
  }
  return next;
}
