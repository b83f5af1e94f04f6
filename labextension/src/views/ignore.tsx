/** The line in which a person says why a finding may stay. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

export function IgnoreForm(props: {
  readonly trans: TranslationBundle;
  readonly reason: string;
  readonly onType: (reason: string) => void;
  readonly onIgnore: (reason: string) => void;
  readonly onCancel: () => void;
}): React.ReactElement {
  const { trans } = props;
  const [reason, setReason] = React.useState(props.reason);
  const [missing, setMissing] = React.useState(false);
  const id = React.useId();
  return (
    <form
      className="jp-AisecIgnore"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (reason.trim() === '') {
          setMissing(true);
        } else {
          props.onIgnore(reason.trim());
        }
      }}
      onKeyDown={event => {
        event.stopPropagation();
        if (event.key === 'Escape') {
          props.onCancel();
        }
      }}
    >
      <label htmlFor={id}>{trans.__('Why may it stay?')}</label>
      <input
        id={id}
        className="jp-mod-styled"
        autoFocus
        autoComplete="off"
        value={reason}
        aria-required="true"
        aria-invalid={missing}
        aria-describedby={missing ? `${id}-missing` : undefined}
        onChange={event => {
          setReason(event.target.value);
          setMissing(false);
          props.onType(event.target.value);
        }}
      />
      {missing && (
        <p id={`${id}-missing`} className="jp-AisecProblem" role="alert">
          {trans.__('Give a reason: it is written beside the code.')}
        </p>
      )}
      <div className="jp-AisecRow">
        <button type="submit" className="jp-AisecButton jp-mod-main">
          {trans.__('Ignore')}
        </button>
        <button
          type="button"
          className="jp-AisecButton"
          onClick={props.onCancel}
        >
          {trans.__('Cancel')}
        </button>
      </div>
    </form>
  );
}
