import { expect, test } from 'vitest';

import { finding } from '../../shared/findings/finding.fixture';
import { aimedAt } from './aim';

const one = finding({ fingerprint: 'one' });
const other = finding({ fingerprint: 'other' });
const spots = [
  { finding: one, place: { from: 5, to: 10 } },
  { finding: other, place: { from: 10, to: 20 } },
  { finding: finding({ fingerprint: 'output' }), place: null }
];

test('the finding that the cursor is in or at an end of is meant', () => {
  expect(aimedAt(spots, { from: 5, to: 5 })).toEqual([one]);
  expect(aimedAt(spots, { from: 7, to: 7 })).toEqual([one]);
  expect(aimedAt(spots, { from: 20, to: 20 })).toEqual([other]);
});

test('beside every finding, and without a cursor, none is meant', () => {
  expect(aimedAt(spots, { from: 4, to: 4 })).toEqual([]);
  expect(aimedAt(spots, { from: 21, to: 30 })).toEqual([]);
  expect(aimedAt(spots, null)).toEqual([]);
});

test('between two, both are meant', () => {
  expect(aimedAt(spots, { from: 10, to: 10 })).toEqual([one, other]);
  expect(aimedAt(spots, { from: 0, to: 30 })).toEqual([one, other]);
});

test('a selection means what it covers, not what begins where it ends', () => {
  expect(aimedAt(spots, { from: 5, to: 10 })).toEqual([one]);
  expect(aimedAt(spots, { from: 10, to: 20 })).toEqual([other]);
});

test('two rules that found one value at one place mean one thing; two places are two', () => {
  const twice = [
    ...spots,
    { finding: finding({ fingerprint: 'one', rule: 'another' }), place: spots[0].place }
  ];
  expect(aimedAt(twice, { from: 7, to: 7 })).toEqual([one]);
  const again = [
    ...spots,
    { finding: finding({ fingerprint: 'one', from: 30 }), place: { from: 30, to: 35 } }
  ];
  expect(aimedAt(again, { from: 0, to: 40 })).toHaveLength(3);
});
