/** What evidence there is for the guidelines, about one model of the project. */
import * as React from 'react';

import type { CoverageModel } from '../model/coverage';
import { byArea, countStates } from '../model/state';
import { timeWords } from '../model/when';
import { shortDigest, visible } from '../model/words';
import type { IPanelContext } from '../panel/context';
import type { Candidate, CoverageReply } from '../wire';
import { Debts } from './debts';
import { GuidelineRow } from './guideline';
import { Legend } from './legend';
import { useRoving } from './roving';
import { StateBadge } from './state';
import { Status, Words } from './text';

export function CoverageView(props: {
  readonly context: IPanelContext;
}): React.ReactElement {
  const { context } = props;
  const { coverage, trans } = context;
  const { path } = coverage;
  const isStill = isAnswering(context);
  const reply = useStill(coverage.reply, isStill);
  if (path === null) {
    return (
      <Status>
        {trans.__(
          'Open a notebook or a Python file to see what is covered in its project.'
        )}
      </Status>
    );
  }
  return (
    <>
      <CoverageStatus
        context={context}
        model={coverage}
        reply={reply}
        isStill={isStill}
      />
      {reply !== null && (
        <>
          <ModelChoice context={context} reply={reply} />
          {reply.problems.map((each, at) => (
            <p key={at} className="jp-AisecProblem">
              <Words text={each} />
            </p>
          ))}
          <Rows context={context} path={path} reply={reply} />
          <Debts reply={reply} trans={trans} />
          <Legend reply={reply} trans={trans} />
        </>
      )}
    </>
  );
}

/** Whether a form is open here. */
function isAnswering({ choices }: IPanelContext): boolean {
  return choices.now.answering !== null && choices.now.source === null;
}

/** What was shown last, for as long as it shall be still: nothing moves under the hands of who types. */
function useStill<T>(value: T, isStill: boolean): T {
  const shown = React.useRef(value);
  if (!isStill) {
    shown.current = value;
  }
  return shown.current;
}

/** What is known, as of when, what is not and why, and what to do about it. */
function CoverageStatus(props: {
  readonly context: IPanelContext;
  readonly model: CoverageModel;
  readonly reply: CoverageReply | null;
  readonly isStill: boolean;
}): React.ReactElement {
  const { context, isStill, model, reply } = props;
  const { findings, trans } = context;
  const { said, state } = model;
  const unanswered = state === 'missing' || state === 'failed';
  // The findings have said it already, and ask again by themselves.
  const silent = unanswered && said !== '' && findings.current?.said === said;
  return (
    <>
      <Status>
        {unanswered && (
          <p className="jp-AisecProblem">
            {silent ? (
              trans.__('Nothing new is known while the server does not answer.')
            ) : (
              <Words text={said} />
            )}
          </p>
        )}
        {reply === null
          ? !unanswered && trans.__('The project is being looked at…')
          : (reply.start ?? <Summary context={context} reply={reply} />)}
      </Status>
      <div className="jp-AisecRow">
        {reply !== null && (
          <span className="jp-AisecSoft">
            {state === 'asking'
              ? trans.__('Being looked at again…')
              : trans.__('As of %1', timeWords(reply.at))}
          </span>
        )}
        {(reply !== null || unanswered) && (
          <button
            type="button"
            className="jp-AisecButton"
            disabled={state === 'asking' || isStill}
            onClick={() => void model.refresh()}
          >
            {unanswered ? trans.__('Ask again') : trans.__('Look again')}
          </button>
        )}
      </div>
      {reply !== null && state === 'known' && model.isOld && (
        <p className="jp-AisecStale">
          {trans.__(
            'Something has changed since. It is looked at again when it is quiet.'
          )}
        </p>
      )}
    </>
  );
}

/** How many rows are in which state. */
function Summary(props: {
  readonly context: IPanelContext;
  readonly reply: CoverageReply;
}): React.ReactElement {
  const { context, reply } = props;
  const { trans } = context;
  return (
    <span className="jp-AisecRow jp-AisecSummary">
      {trans._n('%1 guideline:', '%1 guidelines:', reply.rows.length)}
      {countStates(reply.rows).map(([state, count]) => (
        <StateBadge key={state} state={state} count={count} trans={trans} />
      ))}
    </span>
  );
}

/** Which model it is about; one of several can be chosen. */
function ModelChoice(props: {
  readonly context: IPanelContext;
  readonly reply: CoverageReply;
}): React.ReactElement | null {
  const { context, reply } = props;
  const { choices, coverage, trans } = context;
  const id = React.useId();
  const [first] = reply.models;
  if (reply.candidate === null) {
    return null;
  }
  if (reply.models.length === 1) {
    return (
      <p>
        <span className="jp-AisecSoft">{trans.__('Model')}</span>{' '}
        {candidateWords(first)}
      </p>
    );
  }
  return (
    <div className="jp-AisecField">
      <label htmlFor={id}>{trans.__('Model')}</label>
      <select
        id={id}
        value={reply.candidate}
        onChange={event => {
          // A form that is open is about the other one; what is typed is kept.
          choices.choose({ answering: null });
          coverage.choose(event.target.value);
        }}
      >
        {reply.models.map(each => (
          <option key={each.id} value={each.id}>
            {candidateWords(each)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What tells models of one name apart. */
function candidateWords({ at, name, sha256 }: Candidate): string {
  const words = [visible(name), timeWords(at)];
  if (sha256 !== null) {
    words.push(shortDigest(sha256));
  }
  return words.join(' · ');
}

function Rows(props: {
  readonly context: IPanelContext;
  readonly path: string;
  readonly reply: CoverageReply;
}): React.ReactElement {
  const { context, path, reply } = props;
  const [unfolded, setUnfolded] = React.useState<ReadonlySet<string>>(
    new Set()
  );
  const roving = useRoving();
  const unfold = (id: string, open: boolean): void => {
    const next = new Set(unfolded);
    if (open) {
      next.add(id);
    } else {
      next.delete(id);
    }
    setUnfolded(next);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const { target } = event;
    const id = target instanceof HTMLElement ? target.dataset.stop : undefined;
    if (event.key === 'Escape') {
      context.leave();
    } else if (id !== undefined && event.key === 'ArrowRight') {
      unfold(id, true);
    } else if (id !== undefined && event.key === 'ArrowLeft') {
      unfold(id, false);
    } else {
      roving.onKeyDown(event);
    }
  };
  return (
    <div
      ref={roving.list}
      className="jp-AisecCoverage"
      onFocus={roving.onFocus}
      onKeyDown={onKeyDown}
    >
      {byArea(reply.rows).map(([area, rows]) => (
        <section key={area}>
          <h3>{area}</h3>
          {rows.map(row => (
            <GuidelineRow
              key={row.id}
              context={context}
              path={path}
              row={row}
              isOpen={unfolded.has(row.id)}
              isReachable={roving.active === row.id}
              onToggle={open => {
                unfold(row.id, open);
              }}
            />
          ))}
        </section>
      ))}
    </div>
  );
}
