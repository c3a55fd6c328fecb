import { describe, expect, it } from 'vitest';

import { ageOf, nameOf } from './words';

const NOW = new Date('2026-11-22T12:00:00Z');

function ago(milliseconds: number): string {
  return ageOf(new Date(NOW.getTime() - milliseconds), NOW, 'en');
}

describe('ageOf', () => {
  it('uses the largest unit that fits', () => {
    expect(ago(3 * 60_000)).toBe('3 minutes ago');
    expect(ago(26 * 3_600_000)).toBe('yesterday');
    expect(ago(15 * 86_400_000)).toBe('2 weeks ago');
    expect(ago(800 * 86_400_000)).toBe('2 years ago');
  });

  it('never speaks of the future: clocks differ', () => {
    expect(ago(-7_200_000)).not.toContain('in ');
  });
});

describe('nameOf', () => {
  const reference = {
    cell: 'a',
    from: 0,
    to: 1,
    state: 'ok' as const,
    version: 1,
    created: null,
    reason: null
  };

  it('names a mount that is not the default, once', () => {
    expect(nameOf({ ...reference, reference: 'a/b#c', mount: 'secret' })).toBe('a/b#c');
    expect(nameOf({ ...reference, reference: 'a/b#c', mount: 'kv' })).toBe('kv:a/b#c');
    expect(nameOf({ ...reference, reference: 'kv:a/b#c', mount: 'kv' })).toBe('kv:a/b#c');
  });
});
