/** The form in which people say what no program knows about an asset. What they type is kept as they type. */
import { FormComponent } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RJSFSchema } from '@rjsf/utils';
import * as React from 'react';

import { changed, type IAnswers } from '../model/drafts';
import { visible } from '../model/words';
import type { IPanelContext } from '../panel/context';
import { reasonWords } from '../problem';
import type { DocumentReply } from '../wire';
import { DEFAULTS, FORM_SCHEMA_KEYS, TEMPLATES, uiOf, VALIDATOR } from './form';
import { Foreign, Words } from './text';

export function Questions(props: {
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
      props.onSaved(savedWords(kept, trans));
    } catch (reason) {
      setProblem(reasonWords(reason));
      setSaving(false);
    }
  };
  const postpone = async (): Promise<void> => {
    setSaving(true);
    setProblem('');
    try {
      await server.postpone(path, name);
      props.onSaved(trans.__('You are reminded of it in a week.'));
    } catch (reason) {
      setProblem(reasonWords(reason));
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
        <p
          className={
            reply.state === 'stale' ? 'jp-AisecStale' : 'jp-AisecProblem'
          }
        >
          <Words text={reply.problem} />
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
        {reply.state !== 'documented' && (
          <button
            type="button"
            className="jp-AisecButton"
            disabled={saving}
            onClick={() => void postpone()}
          >
            {trans.__('Remind me in a week')}
          </button>
        )}
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
        <Words
          text={trans.__(
            'A complete document needs the answers marked with *. Where a question does not fit, say why: `not applicable because …`. All is kept in %1.',
            `\`${reply.file}\``
          )}
        />
      </p>
    </div>
  );
}

/** Where the answers are now, and whether anything is still asked. */
function savedWords(
  { file, kind, state }: DocumentReply,
  trans: TranslationBundle
): string {
  const place = `\`${file}\``;
  switch (state) {
    case 'documented':
      return kind === 'dataset'
        ? trans.__(
            'The answers are saved in %1, and the data is documented now.',
            place
          )
        : trans.__(
            'The answers are saved in %1, and all that is asked is answered.',
            place
          );
    case 'incomplete':
      return trans.__(
        'The answers are saved in %1; questions with * are still open.',
        place
      );
    default:
      return trans.__('The answers are saved in %1.', place);
  }
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
