/** Where the data and models of the current notebook come from. */
import * as React from 'react';

import type { LineageModel } from '../model/lineage';
import type { IPanelContext } from '../panel/context';
import { CommandIDs, type ILineageModel } from '../tokens';
import type { LineageReply } from '../wire';
import { LineagePicture } from './picture';
import { Status } from './text';

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
  readonly model: ILineageModel;
}): React.ReactElement {
  const { context, model } = props;
  const { commands, trans } = context;
  const { reply } = model;
  const unanswered = model.state === 'missing' || model.state === 'failed';
  const nothing = reply?.state === 'nothing';
  const edited = model.edited.size;

  return (
    <>
      <Status>
        {unanswered
          ? model.said
          : (reply?.said ??
            (model.state === 'asking' ? trans.__('Asking…') : ''))}
        {!model.hasKernel && (
          <p className="jp-AisecSoft">
            {nothing
              ? trans.__('Start a kernel and run cells to record what they do.')
              : trans.__('No kernel runs: this is what was recorded before.')}
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
        {typeof reply?.problem === 'string' && (
          <p className="jp-AisecProblem">{reply.problem}</p>
        )}
      </Status>
      {unanswered && (
        <button
          type="button"
          className="jp-AisecButton"
          onClick={() => void model.refresh()}
        >
          {trans.__('Ask again')}
        </button>
      )}
      {nothing && model.hasKernel && !unanswered && (
        <button
          type="button"
          className="jp-AisecButton jp-mod-main"
          title={trans.__('%load_ext jupyter_aisec, in a first cell')}
          onClick={() => void commands.execute(CommandIDs.loadExtension)}
        >
          {trans.__('Insert the cell that starts recording')}
        </button>
      )}
    </>
  );
}

function Known(props: {
  readonly context: IPanelContext;
  readonly model: LineageModel;
  readonly reply: LineageReply;
}): React.ReactElement {
  const { context, model, reply } = props;
  const { choices, commands, trans } = context;
  const { asOutline } = choices.now;
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
        {reply.run !== null && (
          <button
            type="button"
            className="jp-AisecButton"
            title={trans.__('Open the run that has this lineage, in MLflow')}
            onClick={() =>
              void commands.execute(CommandIDs.openMlflow, {
                path: model.path,
                fragment: reply.run!.fragment
              })
            }
          >
            {trans.__('Run in MLflow')}
          </button>
        )}
      </div>
      <LineagePicture
        context={context}
        reply={reply}
        asOutline={asOutline}
        across={false}
        selected={choices.now.node}
        onSelect={node => {
          choices.choose({ node });
        }}
      />
    </>
  );
}
