/** The data that came from outside, the models and prompts, and what people have said about each. */
import * as React from 'react';

import type { LineageModel } from '../model/lineage';
import { newest } from '../model/newest';
import { sizeWords } from '../model/words';
import type { IPanelContext } from '../panel/context';
import type { LineageNode } from '../wire';
import { digestWords, DocumentBadge } from './assets';
import { DocumentForm } from './document';
import { Foreign, Status, Words } from './text';

export function SourcesView(props: {
  readonly context: IPanelContext;
}): React.ReactElement {
  const { context } = props;
  const { trans } = context;
  const model = context.lineages.current;
  const nodes = newest(model?.reply?.nodes ?? []);
  const sources = nodes.filter(each => each.asked);
  const others = nodes.filter(
    each => each.describable && each.kind !== 'dataset'
  );

  if (model === null) {
    return (
      <Status>
        {trans.__(
          'Open a notebook to see the data that it reads from outside.'
        )}
      </Status>
    );
  }
  if (
    model.reply?.state !== 'recorded' &&
    sources.length + others.length === 0
  ) {
    return (
      <Status>
        {trans.__(
          'Data that the notebook reads from outside is listed here once it is recorded.'
        )}
      </Status>
    );
  }
  const open = sources.filter(isOpen).length;
  const openOthers = others.filter(isOpen).length;
  // A link or a message names a source; several files of one name share their document.
  const chosen = [...sources, ...others].find(
    each => each.name === context.choices.now.source
  )?.id;
  const list = (assets: readonly LineageNode[]): React.ReactElement => (
    <ul className="jp-AisecSources">
      {assets.map(each => (
        <SourceItem
          key={each.id}
          context={context}
          model={model}
          source={each}
          open={each.id === chosen}
        />
      ))}
    </ul>
  );
  return (
    <>
      <Status>
        {sources.length === 0
          ? trans.__('The notebook has read no data from outside.')
          : open === 0
            ? trans._n(
                '%1 data source was read, and it is described.',
                '%1 data sources were read, and all are described.',
                sources.length
              )
            : trans._n(
                '%1 data source was read, and it is not fully described.',
                '%1 data sources were read, and %2 of them are not fully described.',
                sources.length,
                open
              )}
      </Status>
      {list(sources)}
      {others.length > 0 && (
        <>
          <p className="jp-AisecSoft">
            {openOthers === 0
              ? trans.__('Models and prompts, described:')
              : trans._n(
                  'Of models and prompts, %1 is not fully described:',
                  'Of models and prompts, %1 are not fully described:',
                  openOthers
                )}
          </p>
          {list(others)}
        </>
      )}
    </>
  );
}

function isOpen(each: LineageNode): boolean {
  return each.documentation !== 'documented';
}

function SourceItem(props: {
  readonly context: IPanelContext;
  readonly model: LineageModel;
  readonly source: LineageNode;
  readonly open: boolean;
}): React.ReactElement {
  const { context, model, open, source } = props;
  const { choices, drafts, lineages, trans } = context;
  const { path } = model;
  const { saved } = choices.now;
  const opener = React.useRef<HTMLButtonElement>(null);
  const form = React.useId();
  const close = (): void => {
    choices.choose({ source: null });
    opener.current?.focus();
  };
  const onSaved = (words: string): void => {
    void model.refresh();
    // Who went on to another notebook is not told here what became of this one.
    if (lineages.current === model) {
      choices.choose({ saved: { id: source.id, words } });
      if (choices.now.source === source.name) {
        close();
      }
    }
  };
  const bytes = digestWords(source, trans);
  const state = source.documentation ?? 'missing';
  return (
    <li className="jp-AisecSource">
      <div className="jp-AisecSource-head">
        <span className="jp-AisecSource-text">
          <Foreign className="jp-AisecSource-name" text={source.name} />
          <span className="jp-AisecRow">
            <DocumentBadge state={state} trans={trans} />
            {!open && drafts.get(path, source.name) !== null && (
              <span className="jp-AisecSoft">{trans.__('not saved yet')}</span>
            )}
            {source.quiet && source.later !== null && (
              <span className="jp-AisecSoft">
                {trans.__('put off until %1', source.later)}
              </span>
            )}
          </span>
          <span className="jp-AisecSoft">
            <Foreign text={bytes} />
            {bytes !== '' && source.size !== null && ' · '}
            {source.size !== null && (
              <span className="jp-AisecSize">{sizeWords(source.size)}</span>
            )}
          </span>
        </span>
        <button
          ref={opener}
          type="button"
          className="jp-AisecButton"
          aria-expanded={open}
          aria-controls={open ? form : undefined}
          onClick={() => {
            if (open) {
              close();
            } else {
              choices.choose({ source: source.name, takeFocus: 'source' });
            }
          }}
        >
          {open
            ? trans.__('Close')
            : state === 'documented'
              ? trans.__('Review')
              : trans.__('Describe')}
        </button>
      </div>
      <p className="jp-AisecNotice" role="status" aria-live="polite">
        {!open && saved?.id === source.id && <Words text={saved.words} />}
      </p>
      {open && (
        <div id={form}>
          <DocumentForm
            context={context}
            path={path}
            name={source.name}
            onClose={close}
            onSaved={onSaved}
          />
        </div>
      )}
    </li>
  );
}
