import { describe, expect, it } from 'vitest';

import type { Finding } from '../wire';
import { type Severity, worst } from './severity';

function finding(severity: Severity): Finding {
  return {
    id: severity,
    rule: severity,
    severity,
    confidence: 'high',
    message: severity,
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
    fix: null,
    ignore: null
  };
}

describe('the worst of findings', () => {
  it('is found wherever it stands', () => {
    expect(worst([finding('info')])).toBe('info');
    expect(worst([finding('low'), finding('high'), finding('medium')])).toBe(
      'high'
    );
    expect(worst([finding('critical'), finding('high')])).toBe('critical');
  });
});
