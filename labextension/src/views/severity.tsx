/** The shape of a severity, beside which its word stands. */
import * as React from 'react';

import { type Severity, SHAPES } from '../model/severity';

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
