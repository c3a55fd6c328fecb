import { describe, expect, it } from 'vitest';

import type { IReference, ISecret } from '../../shared/api/types';
import { rowsOf, usesOf } from './secret-names';

function secret(path: string, ...keys: string[]): ISecret {
  const named = keys.map(key => ({ key, reference: `${path}#${key}` }));
  const state = keys.length ? 'ok' : 'denied';
  return { path, mount: 'secret', keys: named, state, version: 1, created: null, reason: null };
}

function use(cell: string, reference: string): IReference {
  const rest = { mount: 'secret', state: 'ok' as const, version: 1, created: null, reason: null };
  return { cell, from: 0, to: 1, reference, ...rest };
}

describe('rowsOf', () => {
  const secrets = [secret('quantum/ionq', 'api_key', 'user'), secret('quantum/theirs')];
  const names = (search: string) => rowsOf(secrets, search).map(row => row.name || row.secret.path);

  it('is a row for each key, and one for a path whose keys nobody may know', () => {
    expect(names('')).toEqual(['quantum/ionq#api_key', 'quantum/ionq#user', 'quantum/theirs']);
  });

  it('takes words in any order, of path and key', () => {
    expect(names(' API ionq')).toEqual(['quantum/ionq#api_key']);
    expect(names('theirs')).toEqual(['quantum/theirs']);
    expect(names('nothing')).toEqual([]);
  });
});

describe('usesOf', () => {
  it('is one for each cell, whatever the version', () => {
    const all = [use('a', 'x#k'), use('a', 'x#k@2'), use('b', 'x#k@3'), use('c', 'x#key')];
    expect(usesOf('x#k', all).map(({ cell }) => cell)).toEqual(['a', 'b']);
  });
});
