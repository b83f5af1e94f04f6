/** The first line of a view: how things stand. */
import * as React from 'react';

/** A line that is read out when it changes, and that takes the focus while there is nothing to go to. */
export function StatusLine(props: {
  readonly line: React.RefObject<HTMLDivElement>;
  readonly onKeyDown: React.KeyboardEventHandler;
  readonly children: React.ReactNode;
}): React.ReactElement {
  return (
    <div
      ref={props.line}
      className="jp-AisecStatus"
      role="status"
      aria-live="polite"
      tabIndex={-1}
      onKeyDown={props.onKeyDown}
    >
      {props.children}
    </div>
  );
}
