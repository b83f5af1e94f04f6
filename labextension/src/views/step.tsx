/** The next step for a claim, and the way to take it here where there is one. */
import * as React from 'react';

import { visible } from '../model/words';
import type { IPanelContext } from '../panel/context';
import { reasonWords } from '../problem';
import type { NextStep, Spot } from '../wire';
import { DocumentForm } from './document';
import { Words } from './text';

export function StepView(props: {
  readonly context: IPanelContext;
  /** A file of the project. */
  readonly path: string;
  readonly step: NextStep;
  readonly label: string;
  readonly tabIndex: number;
}): React.ReactElement {
  const { context, label, path, step, tabIndex } = props;
  const { choices, trans } = context;
  const [notice, setNotice] = React.useState('');
  const box = React.useRef<HTMLDivElement>(null);
  const opener = React.useRef<HTMLButtonElement>(null);
  const form = React.useId();
  const { answering, source } = choices.now;
  const isOpen = answering === step.claim && source === null;
  React.useEffect(
    () => () => {
      // Its row was folded: nobody is answering there any more.
      if (choices.now.answering === step.claim) {
        choices.choose({ answering: null });
      }
    },
    [choices, step.claim]
  );
  const close = (): void => {
    choices.choose({ answering: null });
    opener.current?.focus();
  };
  const goTo = async (spot: Spot): Promise<void> => {
    setNotice('');
    try {
      if (!(await context.goTo(spot))) {
        setNotice(trans.__('It is not in the file now: look again.'));
      }
    } catch (reason) {
      setNotice(reasonWords(reason));
    }
  };
  return (
    <div ref={box} className="jp-AisecStep">
      <p>
        <span className="jp-AisecSoft">{label}</span> <Words text={step.text} />
      </p>
      {step.spot !== null && (
        <button
          type="button"
          className="jp-AisecButton"
          tabIndex={tabIndex}
          onClick={() => void goTo(step.spot!)}
        >
          {trans.__('Go there')}
        </button>
      )}
      {step.document !== null && (
        <button
          ref={opener}
          type="button"
          className="jp-AisecButton"
          tabIndex={tabIndex}
          aria-expanded={isOpen}
          aria-controls={isOpen ? form : undefined}
          onClick={() => {
            if (isOpen) {
              close();
            } else {
              setNotice('');
              choices.choose({
                answering: step.claim,
                source: null,
                takeFocus: 'source'
              });
            }
          }}
        >
          {isOpen
            ? trans.__('Close')
            : trans.__('Describe %1', visible(step.document))}
        </button>
      )}
      <p className="jp-AisecNotice" role="status" aria-live="polite">
        {notice !== '' && <Words text={notice} />}
      </p>
      {isOpen && step.document !== null && (
        <div id={form}>
          <DocumentForm
            context={context}
            path={path}
            name={step.document}
            onClose={close}
            onSaved={words => {
              setNotice(words);
              close();
              // The step is taken, and goes away: its row stays.
              box.current
                ?.closest('.jp-AisecGuideline')
                ?.querySelector<HTMLElement>('[data-stop]')
                ?.focus();
            }}
          />
        </div>
      )}
    </div>
  );
}
