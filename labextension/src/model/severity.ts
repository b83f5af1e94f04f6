/** How bad findings are: the order, and by which shape and word people see it. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Finding } from '../wire';

export type Severity = Finding['severity'];

/** Worst first. */
export const SEVERITIES: readonly Severity[] = [
  'critical',
  'high',
  'medium',
  'low',
  'info'
];

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

/** The severity of the worst of findings, of which there is one at least. */
export function worst(findings: readonly Finding[]): Severity {
  return [...findings].sort(bySeverity)[0].severity;
}

/** Puts worse findings before others. */
export function bySeverity(one: Finding, other: Finding): number {
  return SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity);
}
