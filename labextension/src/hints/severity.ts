/** The order of severities. */
import type { Finding } from '../wire';

const ORDER = [
  'critical',
  'high',
  'medium',
  'low',
  'info'
] as const satisfies readonly Finding['severity'][];

/** The severity of the worst of findings, of which there is one at least. */
export function worst(findings: readonly Finding[]): Finding['severity'] {
  return (
    ORDER.find(each => findings.some(({ severity }) => severity === each)) ??
    'info'
  );
}
