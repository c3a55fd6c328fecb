import { describe, expect, it } from 'vitest';

import { finding } from '../../shared/findings/finding.fixture';
import { keyOf } from '../../shared/findings/findings';
import { countBySeverity, EVERYTHING, groupByCell, matches } from './listing';

describe('matches', () => {
  it('wants every word, in whatever case and field', () => {
    expect(matches(finding({}), { ...EVERYTHING, text: 'IONQ key' })).toBe(true);
    expect(matches(finding({}), { ...EVERYTHING, text: 'ionq dwave' })).toBe(false);
    expect(matches(finding({}), { ...EVERYTHING, text: '  ' })).toBe(true);
  });

  it('takes a severity and what is graver', () => {
    const above = { ...EVERYTHING, severity: 'high' as const };
    expect(matches(finding({ severity: 'critical' }), above)).toBe(true);
    expect(matches(finding({ severity: 'high' }), above)).toBe(true);
    expect(matches(finding({ severity: 'medium' }), above)).toBe(false);
  });

  it('takes one kind', () => {
    expect(matches(finding({}), { ...EVERYTHING, kind: 'hygiene' })).toBe(false);
  });
});

describe('groupByCell', () => {
  it('is in the order of the notebook, with what has no cell at the end', () => {
    const cell = (index: number) => ({ index, id: `c${index}`, type: 'code' });
    const groups = groupByCell([
      finding({ cell: null, line: 9 }),
      finding({ cell: cell(10) }),
      finding({ cell: cell(2), line: 1 }),
      finding({ cell: cell(2), line: 5 })
    ]);
    expect(groups.map(group => group.index)).toEqual([2, 10, null]);
    expect(groups[0].findings.map(({ line }) => line)).toEqual([1, 5]);
  });
});

describe('countBySeverity', () => {
  it('names the gravest first and leaves out what there is none of', () => {
    const some = [finding({ severity: 'low' }), finding({}), finding({})];
    expect(countBySeverity(some)).toEqual([
      ['high', 2],
      ['low', 1]
    ]);
  });
});

describe('keyOf', () => {
  it('tells two places of one value apart', () => {
    expect(keyOf(finding({}))).not.toBe(keyOf(finding({ line: 2 })));
    expect(keyOf(finding({}))).not.toBe(keyOf(finding({ where: 'output', output: 0 })));
  });
});
