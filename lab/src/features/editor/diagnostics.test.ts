import { expect, test } from 'vitest';

import { SEVERITIES } from '../../shared/findings/findings';
import { LEVELS, sameMarks } from './diagnostics';

test('each severity has a level in the editor', () => {
  expect(Object.keys(LEVELS).sort()).toEqual([...SEVERITIES].sort());
});

test('marks are the same whatever their order, and differ by place, count and key', () => {
  const one = { key: 'a', from: 1, to: 2 };
  const other = { key: 'b', from: 4, to: 6 };
  expect(sameMarks([one, other], [other, one])).toBe(true);
  expect(sameMarks([one], [one, other])).toBe(false);
  expect(sameMarks([one], [{ ...one, to: 3 }])).toBe(false);
  expect(sameMarks([one], [{ ...one, key: 'b' }])).toBe(false);
  expect(sameMarks([], [])).toBe(true);
});
