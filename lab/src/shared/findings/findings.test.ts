import { expect, test } from 'vitest';

import { finding } from './finding.fixture';
import {
  atLeast,
  byCell,
  counterpart,
  following,
  offersFor,
  ordered,
  reindexed,
  SEVERITIES
} from './findings';

const inB = finding({ cell: { index: 1, id: 'b', type: 'code' }, from: 7, line: 2, column: 3 });
const outputOfA = finding({ where: 'output', from: null, to: null, output: 0 });
const late = finding({ from: 30, line: 3 });
const early = finding({ from: 3, line: 1 });
const metadata = finding({ cell: null, where: 'metadata', from: null, to: null });

test('findings come in the order of the notebook, outputs after their source', () => {
  expect(ordered([metadata, inB, outputOfA, late, early])).toEqual([
    early,
    late,
    outputOfA,
    inB,
    metadata
  ]);
});

test('findings are grouped by cell; those of the notebook itself are kept', () => {
  const groups = byCell([early, late, inB, metadata]);
  expect([...groups].map(([id, group]) => [id, group.length])).toEqual([
    ['a', 2],
    ['b', 1],
    ['', 1]
  ]);
});

test('severities are compared by rank', () => {
  expect(SEVERITIES.filter(severity => atLeast(finding({ severity }), 'medium'))).toEqual([
    'medium',
    'high',
    'critical'
  ]);
});

test('the finding that is meant is the nearest of the same value in the same cell', () => {
  const moved = finding({ from: 28 });
  expect(counterpart([early, late, inB], moved)).toBe(late);
  expect(counterpart([inB, outputOfA], moved)).toBeNull();
  expect(counterpart([finding({ fingerprint: 'g' })], moved)).toBeNull();
});

test('next and previous go round the notebook from where the cursor is', () => {
  const all = [early, late, inB];
  expect(following(all, { cell: 0, offset: 3 }, true)).toBe(late);
  expect(following(all, { cell: 0, offset: null }, true)).toBe(early);
  expect(following(all, { cell: 1, offset: 7 }, true)).toBe(early);
  expect(following(all, { cell: 1, offset: 7 }, false)).toBe(late);
  expect(following(all, { cell: 0, offset: 3 }, false)).toBe(inB);
  expect(following(all, { cell: 1, offset: null }, false)).toBe(late);
  expect(following([], { cell: 0, offset: null }, true)).toBeNull();
});

test('findings that are kept from an older scan follow their cells', () => {
  const kept = reindexed([outputOfA, inB, metadata], ['new', 'b', 'a']);
  expect(kept.map(({ cell }) => cell && [cell.id, cell.index])).toEqual([['a', 2], ['b', 1], null]);
  expect(reindexed([inB], ['a'])).toEqual([]);
});

test('the plain move is offered first, and the one that asks for a name only where there is one', () => {
  const offers = offersFor(finding({ actions: ['move', 'env', 'allow'] }));
  expect(offers).toEqual(['move', 'move-as', 'env', 'allow']);
  expect(offersFor(finding({ actions: ['allow', 'clear-output'] }))).toEqual([
    'allow',
    'clear-output'
  ]);
});
