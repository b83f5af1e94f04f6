import { describe, expect, it } from 'vitest';

import { dayWords, timeWords } from './when';

describe('dayWords', () => {
  it('is the same day wherever the person is', () => {
    expect(dayWords('2026-08-03', 'en-GB')).toBe('3 Aug 2026');
  });

  it('is what was said where that is no day', () => {
    expect(dayWords('soon')).toBe('soon');
    expect(timeWords('then')).toBe('then');
  });
});

describe('timeWords', () => {
  it('has the day and the time', () => {
    expect(timeWords('2026-08-03T10:15:00', 'en-GB')).toBe('3 Aug 2026, 10:15');
  });
});
