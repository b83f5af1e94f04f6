/** What people have said about an asset, asked of the server. */
import * as React from 'react';

import type { IPanelContext } from '../panel/context';
import { reasonWords } from '../problem';
import type { DocumentReply } from '../wire';
import { Questions } from './questions';
import { Words } from './text';

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
          setProblem(reasonWords(reason));
        }
      }
    );
    return () => {
      open = false;
    };
  }, [server, path, name, asked]);

  if (reply === null) {
    return problem === '' ? (
      <p>{trans.__('The questions are being fetched…')}</p>
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
