import { expect, test } from 'vitest';

import { finding } from './finding.fixture';
import { MovedValues, untouched } from './moved-values';

const first = finding({ from: 8, to: 40 });
const second = finding({ cell: { index: 1, id: 'b', type: 'code' }, from: 0, to: 32 });
const output = finding({ where: 'output', output: 0, from: null, to: null });

test('a moved value that comes back is told once', () => {
  const moved = new MovedValues();
  moved.add('f', 'quantum/ionq#api_key', []);
  expect(moved.returned([], moved.moves)).toEqual([]);
  expect(moved.returned([first], moved.moves)).toEqual([first]);
  expect(moved.returned([first], moved.moves)).toEqual([]);
  expect(moved.returned([first, second], moved.moves)).toEqual([first, second]);
  expect(moved.reference('f')).toBe('quantum/ionq#api_key');
});

test('undo before any scan is told, though the scan after it is the first and finds what the last one found', () => {
  const moved = new MovedValues();
  moved.add('f', 'r', []);
  expect(moved.returned([first], moved.moves)).toEqual([first]);
});

test('a scan that began before the move says nothing of it', () => {
  const moved = new MovedValues();
  const began = moved.moves;
  moved.add('f', 'r', []);
  expect(moved.returned([first], began)).toEqual([]);
  expect(moved.returned([], moved.moves)).toEqual([]);
});

test('what a move left did not come back', () => {
  const moved = new MovedValues();
  moved.add('f', 'r', [second]);
  expect(moved.returned([second], moved.moves)).toEqual([]);
  expect(moved.returned([first, second], moved.moves)).toEqual([first, second]);
});

test('outputs and other values are no return', () => {
  const moved = new MovedValues();
  moved.add('f', 'r', []);
  expect(moved.returned([output, finding({ fingerprint: 'g' })], moved.moves)).toEqual([]);
});

test('edits touch what they overlap in the same cell', () => {
  const id = first.cell?.id ?? '';
  const edit = (from: number, to: number, cell = id) => ({ cell, from, to, insert: '' });
  expect(untouched([first, second], [edit(8, 40)])).toEqual([second]);
  expect(untouched([first], [edit(0, 8), edit(40, 41)])).toEqual([first]);
  expect(untouched([first], [edit(8, 40, 'b')])).toEqual([first]);
});
