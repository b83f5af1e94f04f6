/** Where the data and models of the current notebook come from. */
import * as React from 'react';

import type { LineageModel } from '../model/lineage';
import type { IPanelContext } from '../panel/context';
import { reasonWords } from '../problem';
import { CommandIDs } from '../tokens';
import type { LineageReply } from '../wire';
import { LineagePicture } from './picture';
import { Status, Words } from './text';

export function LineageView(props: {
  readonly context: IPanelContext;
}): React.ReactElement {
  const { context } = props;
  const { trans } = context;
  const model = context.lineages.current;
  if (model === null) {
    return (
      <Status>
        {trans.__('Open a notebook to see what it reads and what it makes.')}
      </Status>
    );
  }
  return (
    <>
      <LineageStatus context={context} model={model} />
      {model.reply !== null && model.reply.nodes.length > 0 && (
        <Known context={context} model={model} reply={model.reply} />
      )}
    </>
  );
}

/** What is known, what is not and why, and what to do about it. */
export function LineageStatus(props: {
  readonly context: IPanelContext;
  readonly model: LineageModel;
}): React.ReactElement {
  const { context, model } = props;
  const { trans } = context;
  const { reply } = model;
  const unanswered = model.state === 'missing' || model.state === 'failed';
  const nothing = reply?.state === 'nothing' || reply?.state === 'watching';
  const edited = model.edited.size;
  // The findings have said it already, and ask again by themselves.
  const silent =
    unanswered &&
    context.findings.current?.said === model.said &&
    model.said !== '';

  if (!unanswered && nothing && !model.isPython) {
    return (
      <Status>
        {trans.__('Lineage is recorded in Python notebooks only.')}
      </Status>
    );
  }
  return (
    <>
      <Status>
        {silent ? (
          trans.__('Nothing new is known while the server does not answer.')
        ) : unanswered ? (
          <Words text={model.said} />
        ) : reply !== null ? (
          <Words text={reply.said} />
        ) : (
          trans.__('The server is being asked…')
        )}
        {!unanswered && !model.hasKernel && reply !== null && (
          <p className="jp-AisecSoft">
            {nothing
              ? trans.__('No kernel is running: start one first.')
              : trans.__(
                  'No kernel is running: this is what was recorded before.'
                )}
          </p>
        )}
        {edited > 0 && (
          <p className="jp-AisecStale">
            {trans._n(
              '%1 cell was edited since it ran: run it again to record what it does now.',
              '%1 cells were edited since they ran: run them again to record what they do now.',
              edited
            )}
          </p>
        )}
        {!unanswered && typeof reply?.problem === 'string' && (
          <p className="jp-AisecProblem">
            <Words text={reply.problem} />
          </p>
        )}
      </Status>
      {unanswered && !silent && (
        <button
          type="button"
          className="jp-AisecButton"
          onClick={() => void model.refresh()}
        >
          {trans.__('Ask again')}
        </button>
      )}
      {reply?.state === 'nothing' && model.hasKernel && !unanswered && (
        <LoadButton context={context} />
      )}
    </>
  );
}

/** The way to the cell that starts recording, which may stand there already. */
function LoadButton(props: {
  readonly context: IPanelContext;
}): React.ReactElement {
  const { commands, trans } = props.context;
  const there = commands.isToggled(CommandIDs.loadExtension);
  return (
    <button
      type="button"
      className="jp-AisecButton jp-mod-main"
      title={commands.caption(CommandIDs.loadExtension)}
      onClick={() => void commands.execute(CommandIDs.loadExtension)}
    >
      {there
        ? trans.__('Go to the cell that starts recording')
        : trans.__('Insert the cell that starts recording')}
    </button>
  );
}

function Known(props: {
  readonly context: IPanelContext;
  readonly model: LineageModel;
  readonly reply: LineageReply;
}): React.ReactElement {
  const { context, model, reply } = props;
  const { choices, trans } = context;
  const { asOutline } = choices.now;
  // It is said of one notebook, and not of the next that is shown here.
  const [notice, setNotice] = React.useState({ model, words: '' });
  const openRun = async (): Promise<void> => {
    setNotice({ model, words: '' });
    try {
      await context.openRun(model);
    } catch (reason) {
      setNotice({ model, words: reasonWords(reason) });
    }
  };
  return (
    <>
      <div className="jp-AisecRow">
        <span
          className="jp-AisecRow"
          role="group"
          aria-label={trans.__('Show as')}
        >
          <button
            type="button"
            className="jp-AisecButton jp-AisecToggle"
            aria-pressed={!asOutline}
            onClick={() => {
              choices.choose({ asOutline: false });
            }}
          >
            {trans.__('Graph')}
          </button>
          <button
            type="button"
            className="jp-AisecButton jp-AisecToggle"
            aria-pressed={asOutline}
            onClick={() => {
              choices.choose({ asOutline: true });
            }}
          >
            {trans.__('List')}
          </button>
        </span>
        {context.enlarge !== null && (
          <button
            type="button"
            className="jp-AisecButton"
            title={trans.__('Open the graph in a tab of its own')}
            onClick={() => context.enlarge?.(model)}
          >
            {trans.__('Enlarge')}
          </button>
        )}
        <button
          type="button"
          className="jp-AisecButton"
          title={trans.__('Open the MLflow run that has this lineage')}
          onClick={() => void openRun()}
        >
          {trans.__('MLflow run')}
        </button>
      </div>
      <p className="jp-AisecNotice" role="status" aria-live="polite">
        {notice.model === model && <Words text={notice.words} />}
      </p>
      <LineagePicture
        context={context}
        reply={reply}
        cells={model.cells}
        asOutline={asOutline}
        whole={false}
        selected={choices.now.node}
        onSelect={node => {
          choices.choose({ node });
        }}
      />
    </>
  );
}
