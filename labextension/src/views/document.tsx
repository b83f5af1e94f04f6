/** The form in which people say what no program knows about a data source. What they type is kept as they type. */
import { FormComponent } from '@jupyterlab/ui-components';
import type { RJSFSchema } from '@rjsf/utils';
import * as React from 'react';

import { changed, type IAnswers } from '../model/drafts';
import { visible } from '../model/words';
import type { IPanelContext } from '../panel/context';
import type { DocumentReply } from '../wire';
import { DEFAULTS, FORM_SCHEMA_KEYS, TEMPLATES, uiOf, VALIDATOR } from './form';
import { Foreign, Words } from './text';

export function DocumentForm(props: {
  readonly context: IPanelContext;
  readonly path: string;
  readonly name: string;
  readonly onClose: () => void;
  /** The words say where the answers are now. */
  readonly onSaved: (words: string) => void;
}): React.ReactElement {
  const { context, name, path } = props;
  const { drafts, server, trans } = context;
  const [reply, setReply] = React.useState<DocumentReply | null>(null);
  const [problem, setProblem] = React.useState('');
  const [asked, setAsked] = React.useState(0);

  React.useEffect(() => {
    let open = true;
    setProblem('');
    server.document(path, name).then(
      answer => {
        if (open) {
          setReply(answer);
        }
      },
      (reason: unknown) => {
        if (open) {
          setProblem(words(reason));
        }
      }
    );
    return () => {
      open = false;
    };
  }, [server, path, name, asked]);

  if (reply === null) {
    return problem === '' ? (
      <p>{trans.__('Asking…')}</p>
    ) : (
      <p className="jp-AisecProblem" role="alert">
        <Words text={problem} />{' '}
        <button
          type="button"
          className="jp-AisecButton"
          onClick={() => {
            setAsked(asked + 1);
          }}
        >
          {trans.__('Ask again')}
        </button>
      </p>
    );
  }
  return (
    <Questions
      {...props}
      reply={reply}
      first={{ ...reply.answers, ...drafts.get(path, name) }}
    />
  );
}

function Questions(props: {
  readonly context: IPanelContext;
  readonly path: string;
  readonly name: string;
  readonly reply: DocumentReply;
  /** The answers to begin with. */
  readonly first: IAnswers;
  readonly onClose: () => void;
  readonly onSaved: (words: string) => void;
}): React.ReactElement {
  const { context, name, path, reply } = props;
  const { choices, drafts, server, trans } = context;
  const [answers, setAnswers] = React.useState<IAnswers>(props.first);
  const [problem, setProblem] = React.useState('');
  const [saving, setSaving] = React.useState(false);
  const box = React.useRef<HTMLDivElement>(null);
  const latest = React.useRef(answers);

  React.useEffect(() => {
    // Once for each time that it is opened, however often it is drawn.
    if (choices.now.takeFocus === 'source') {
      box.current
        ?.querySelector<HTMLElement>('input, textarea, select')
        ?.focus();
      choices.choose({ takeFocus: null });
    }
  }, [choices]);

  const exampleOf = (text: string): string => trans.__('For example: %1', text);
  const schema = React.useMemo(() => formSchema(reply), [reply]);
  const questions = Object.keys(schema.properties ?? {});
  const changes = changed(answers, reply.answers, questions);
  const confirms = reply.state === 'stale' && Object.keys(changes).length === 0;
  const save = async (): Promise<void> => {
    const sent = answers;
    setSaving(true);
    setProblem('');
    try {
      // Only these: the others may have been changed in the file meanwhile.
      const kept = await server.answer(path, name, reply.sha256, changes);
      // What was typed while it was saved is not saved.
      if (latest.current === sent) {
        drafts.drop(path, name);
      }
      props.onSaved(
        trans.__('Saved in %1. %2', visible(kept.file), visible(kept.said))
      );
    } catch (reason) {
      setProblem(words(reason));
      setSaving(false);
    }
  };

  return (
    <div
      ref={box}
      className="jp-AisecForm"
      role="group"
      aria-label={trans.__('Describe %1', visible(name))}
      onKeyDown={event => {
        event.stopPropagation();
        if (event.key === 'Escape') {
          props.onClose();
        }
      }}
    >
      <Derived derived={reply.derived} />
      {reply.problem !== null && (
        <p className="jp-AisecProblem">
          <Words text={reply.problem} />
        </p>
      )}
      {reply.state === 'stale' && (
        <p className="jp-AisecStale">
          {trans.__(
            'The data changed since this was written: correct what is not true any more, or confirm that all of it still is.'
          )}
        </p>
      )}
      <FormComponent
        schema={schema}
        uiSchema={uiOf(schema)}
        idPrefix={`jp-aisec-${reply.name}`}
        formData={answers}
        validator={VALIDATOR}
        templates={TEMPLATES}
        experimental_defaultFormStateBehavior={DEFAULTS}
        formContext={{ exampleOf }}
        noHtml5Validate
        showErrorList={false}
        tagName="div"
        onChange={({ formData }) => {
          const typed = formData as IAnswers;
          latest.current = typed;
          setAnswers(typed);
          drafts.keep(path, name, changed(typed, reply.answers, questions));
        }}
      />
      <div className="jp-AisecRow">
        <button
          type="button"
          className="jp-AisecButton jp-mod-main"
          disabled={saving}
          onClick={() => void save()}
        >
          {saving
            ? trans.__('Saving…')
            : confirms
              ? trans.__('Confirm')
              : trans.__('Save')}
        </button>
        <button
          type="button"
          className="jp-AisecButton"
          onClick={props.onClose}
        >
          {trans.__('Close')}
        </button>
      </div>
      {problem !== '' && (
        <p className="jp-AisecProblem" role="alert">
          <Words text={problem} />
        </p>
      )}
      <p className="jp-AisecSoft">
        {trans.__('* is needed for a complete document. Kept in')}{' '}
        <Foreign className="jp-AisecWrap" text={reply.file} />
      </p>
    </div>
  );
}

/** What is known without asking. */
function Derived(props: {
  readonly derived: DocumentReply['derived'];
}): React.ReactElement | null {
  const facts = Object.entries(props.derived);
  return facts.length === 0 ? null : (
    <dl>
      {facts.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>
            <Foreign text={name} />
          </dt>
          <dd>
            <Foreign className="jp-AisecWrap" text={value} />
          </dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

/** The questions without what the form library takes for its own: which draft the schema is of, its headings. */
function formSchema(reply: DocumentReply): RJSFSchema {
  return Object.fromEntries(
    Object.entries(reply.schema).filter(([key]) =>
      FORM_SCHEMA_KEYS.includes(key)
    )
  );
}

function words(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
