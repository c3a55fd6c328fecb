import { expect, test } from 'vitest';

import { sameRefusal, sinceWhen } from './since';

const now = new Date('2026-03-04T15:00:00Z');

test('a refusal of today has a time, an older one a day too', () => {
  expect(sinceWhen('2026-03-04T14:03:00Z', now, 'en-GB')).toMatch(/^\d{2}:03$/);
  expect(sinceWhen('2026-03-01T14:03:00Z', now, 'en-GB')).toContain('1 Mar 2026');
  expect(sinceWhen('no date', now)).toBe('no date');
});

test('refusals are the same where all of their words are', () => {
  const one = { since: 'a', reason: 'b', findings: 1 };
  expect(sameRefusal(null, null)).toBe(true);
  expect(sameRefusal(one, { ...one })).toBe(true);
  expect(sameRefusal(one, null)).toBe(false);
  expect(sameRefusal(null, one)).toBe(false);
  expect(sameRefusal(one, { ...one, findings: 2 })).toBe(false);
  expect(sameRefusal(one, { ...one, since: 'c' })).toBe(false);
  expect(sameRefusal(one, { ...one, reason: 'c' })).toBe(false);
});
