/** Why a rule is one: its page, as the server has it. */
import * as React from 'react';

import { severityWord } from '../model/severity';
import type { IPanelContext } from '../panel/context';
import type { Explanation } from '../wire';
import { holdFocus } from './hold';
import { SeverityShape } from './severity';
import { Code, Prose, Reference, Words } from './text';

export function ExplanationView(props: {
  readonly context: IPanelContext;
  readonly rule: string;
}): React.ReactElement {
  const { context, rule } = props;
  const { trans } = context;
  const [page, setPage] = React.useState<Explanation | null>(null);
  const [problem, setProblem] = React.useState('');
  const heading = React.useRef<HTMLHeadingElement>(null);
  const way = React.useRef<HTMLButtonElement>(null);
  const { takeFocus } = context.choices.now;

  React.useEffect(() => {
    let open = true;
    setPage(null);
    setProblem('');
    context.server.explain(rule).then(
      answer => {
        if (open) {
          setPage(answer);
        }
      },
      (reason: unknown) => {
        if (open) {
          setProblem(reason instanceof Error ? reason.message : String(reason));
        }
      }
    );
    return () => {
      open = false;
    };
  }, [context.server, rule]);
  React.useEffect(() => heading.current?.focus(), [page]);
  React.useEffect(() => {
    if (takeFocus === 'findings') {
      (heading.current ?? way.current)?.focus();
      holdFocus();
      context.choices.choose({ takeFocus: null });
    }
  }, [context.choices, takeFocus]);

  const back = (): void => {
    context.choices.choose({ rule: null, takeFocus: 'findings' });
  };
  return (
    <article
      className="jp-AisecExplanation"
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          back();
        }
      }}
    >
      <button ref={way} type="button" className="jp-AisecButton" onClick={back}>
        {trans.__('Back to the findings')}
      </button>
      {problem !== '' && (
        <p className="jp-AisecProblem" role="alert">
          <Words text={problem} />
        </p>
      )}
      {page === null && problem === '' && <p>{trans.__('Asking…')}</p>}
      {page !== null && (
        <>
          <h3 ref={heading} tabIndex={-1}>
            {page.title}
          </h3>
          <p className="jp-AisecSoft">
            <SeverityShape severity={page.severity} />{' '}
            {severityWord(page.severity, trans)} · <code>{page.name}</code>
          </p>
          <Prose text={page.text} />
          {page.bad.length > 0 && <h4>{trans.__('Bad')}</h4>}
          {page.bad.map((code, index) => (
            <Code key={index} code={code} label={trans.__('Bad')} />
          ))}
          {page.good.length > 0 && <h4>{trans.__('Good')}</h4>}
          {page.good.map((code, index) => (
            <Code key={index} code={code} label={trans.__('Good')} />
          ))}
          {page.references.length > 0 && (
            <>
              <h4>{trans.__('References')}</h4>
              <ul>
                {page.references.map((each, index) => (
                  <li key={index}>
                    <Reference text={each} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </article>
  );
}
