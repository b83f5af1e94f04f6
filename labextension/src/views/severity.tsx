/** How severe a finding is, by shape and word as well as by colour. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Severity } from '../model/shown';

/** The shapes that findings have in notebooks and terminals, too. */
export const SHAPES: Readonly<Record<Severity, string>> = {
  critical: '◆',
  high: '▲',
  medium: '■',
  low: '●',
  info: '○'
};

export function severityWord(
  severity: Severity,
  trans: TranslationBundle
): string {
  switch (severity) {
    case 'critical':
      return trans.__('critical');
    case 'high':
      return trans.__('high');
    case 'medium':
      return trans.__('medium');
    case 'low':
      return trans.__('low');
    case 'info':
      return trans.__('info');
  }
}

export function SeverityShape(props: {
  readonly severity: Severity;
}): React.ReactElement {
  return (
    <span
      className="jp-AisecShape"
      data-severity={props.severity}
      aria-hidden="true"
    >
      {SHAPES[props.severity]}
    </span>
  );
}
