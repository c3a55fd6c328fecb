import { describe, expect, it } from 'vitest';

import { finding } from '../../shared/findings/finding.fixture';
import { keyOf } from '../../shared/findings/findings';
import {
  AS_IN_NOTEBOOK,
  byProvider,
  countBySeverity,
  EVERYTHING,
  matches,
  nameOf,
  primaryAction,
  sorted,
  sortedOn
} from './listing';

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

const cell = (index: number) => ({ index, id: `c${index}`, type: 'code' });

describe('sorted', () => {
  const low = finding({ cell: cell(0), severity: 'low', message: 'Xanadu key' });
  const grave = finding({ cell: cell(10), severity: 'critical', message: 'a token' });
  const high = finding({ cell: cell(2), severity: 'high', message: 'IonQ API key' });
  const nowhere = finding({ cell: null, severity: 'high', message: 'B token' });
  const all = [nowhere, grave, high, low];

  it('begins with the order of the notebook, with what has no cell at the end', () => {
    expect(sorted(all, AS_IN_NOTEBOOK)).toEqual([low, high, grave, nowhere]);
    expect(sorted(all, { by: 'place', down: true })).toEqual([nowhere, grave, high, low]);
  });

  it('has the gravest first, and leaves what is alike in the order of the notebook either way', () => {
    expect(sorted(all, { by: 'severity', down: false })).toEqual([grave, high, nowhere, low]);
    expect(sorted(all, { by: 'severity', down: true })).toEqual([low, high, nowhere, grave]);
  });

  it('takes names as people do, whatever their case', () => {
    expect(sorted(all, { by: 'name', down: false })).toEqual([grave, nowhere, high, low]);
  });

  it('changes nothing that it is given', () => {
    const given = [...all];
    sorted(given, { by: 'place', down: true });
    expect(given).toEqual(all);
  });

  it('is turned round by a second click on a column, and only by that', () => {
    const once = sortedOn(AS_IN_NOTEBOOK, 'severity');
    expect(once).toEqual({ by: 'severity', down: false });
    expect(sortedOn(once, 'severity')).toEqual({ by: 'severity', down: true });
    expect(sortedOn(sortedOn(once, 'severity'), 'name')).toEqual({ by: 'name', down: false });
  });
});

describe('primaryAction', () => {
  it('moves what can be moved, and never takes text out', () => {
    expect(primaryAction(finding({ actions: ['env', 'allow', 'move', 'remove'] }))).toBe('move');
    expect(primaryAction(finding({ actions: ['allow', 'clear-output'] }))).toBe('clear-output');
    expect(primaryAction(finding({ actions: ['allow', 'remove'] }))).toBe('allow');
    expect(primaryAction(finding({ actions: ['remove'] }))).toBeNull();
    expect(primaryAction(finding({ actions: [] }))).toBeNull();
  });
});

describe('nameOf', () => {
  it('is a name, and the rule only where there is none', () => {
    expect(nameOf(finding({}))).toBe('IonQ API key');
    expect(nameOf(finding({ message: '' }))).toBe('IonQ');
    expect(nameOf(finding({ message: '', provider_name: null }))).toBe('ionq-api-key');
  });
});

describe('byProvider', () => {
  it('puts what there is most of first, and what has no provider together', () => {
    const [a, b, c, d] = ['D-Wave Leap', 'IonQ', 'IonQ', null].map((provider_name, index) =>
      finding({ provider_name, cell: cell(index) })
    );
    expect(byProvider([a, b, c, d], 'Other')).toEqual([
      { name: 'IonQ', findings: [b, c] },
      { name: 'D-Wave Leap', findings: [a] },
      { name: 'Other', findings: [d] }
    ]);
    expect(byProvider([], 'Other')).toEqual([]);
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
